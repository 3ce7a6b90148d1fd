"""`room-display demo`, as a process: it comes up, shows a screen, and ends without a trace."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.wire import TOKEN_HEADER
from display.browsers.chromium import find
from display.demo.children import descendants
from tests.display.xserver import wait_until

COMMAND = [sys.executable, "-m", "display", "demo", "--no-browser", "--port", "0", "--size", "640x480"]


def started(state: Path) -> subprocess.Popen[str]:
    for name, there in (("Xvfb", shutil.which("Xvfb")), ("Chromium", find())):
        if there is None:
            pytest.skip(f"{name} is not installed")
    return subprocess.Popen(
        [*COMMAND, "--state-dir", str(state)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def said(demo: subprocess.Popen[str]) -> Mapping[str, str]:
    assert demo.stdout
    lines = (demo.stdout.readline().strip().partition(": ") for _ in range(3))
    return {name: url for name, _, url in lines}


def is_alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False


def state(page: str, wanted: Callable[[Any], bool]) -> Any:
    """The first state of the page that is as wanted."""
    with httpx.stream("GET", f"{page}api/state", timeout=20) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: ") and wanted(found := json.loads(line.removeprefix("data: "))):
                return found
    raise AssertionError("the page's state never became as wanted")


def shows(front: str) -> Callable[[Any], bool]:
    return lambda found: found["room"] is not None and found["room"]["screen"] == front


def test_a_cable_brings_a_picture_join_opens_the_meeting_and_nothing_is_left_at_the_end(tmp_path: Path) -> None:
    with started(tmp_path) as demo:
        urls = said(demo)
        assert set(urls) == {"Room's screen", "Demo Exchange", "Home screen"}
        page = urls["Room's screen"]
        picture = httpx.get(f"{page}api/picture", timeout=20)
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
        assert set(state(page, shows("home"))["laptops"]) == {"hdmi", "vga"}
        running = set(descendants(demo.pid))
        if shutil.which("mpv"):
            plug(page, plugged=True)
            state(page, lambda found: shows("content")(found) and "player" in found["victims"])
            running |= set(descendants(demo.pid))
            plug(page, plugged=False)
            state(page, shows("home"))
        joined(urls["Home screen"], page)
        running |= set(descendants(demo.pid))
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
        assert demo.stderr
        assert "Traceback" not in demo.stderr.read()
    wait_until(lambda: not any(is_alive(pid) for pid in running))


def joined(home: str, page: str) -> None:
    """Join the meeting that runs, as the home screen does: the stand-in of its service is on the screen."""
    found = re.search(r'name="room-agent-token" content="([\w.-]+)"', httpx.get(home, timeout=20).text)
    assert found
    room = httpx.get(f"{home}api/v1/room", timeout=20).json()
    meeting = next(each for each in room["meetings"] if each["join"] and each["join"]["provider"] == "microsoft-teams")
    assert meeting["join"]["launcher"] == "display"
    asked = httpx.post(
        f"{home}api/v1/commands/join",
        json={"meeting_id": meeting["id"]},
        headers={TOKEN_HEADER: found[1]},
        timeout=20,
    )
    assert asked.status_code == 202
    state(page, shows("meeting"))
    wait_until(lambda: _command(home, asked.json()["id"])["state"] == "done", within=20)


def _command(home: str, command_id: str) -> Any:
    return httpx.get(f"{home}api/v1/commands/{command_id}", timeout=20).json()


def plug(page: str, *, plugged: bool) -> None:
    found = re.search(r'name="demo-token" content="([\w-]+)"', httpx.get(page, timeout=20).text)
    assert found
    body = {"input": "hdmi", "plugged": plugged}
    answer = httpx.post(f"{page}api/plug", json=body, headers={TOKEN_HEADER: found[1]}, timeout=20)
    assert answer.status_code == 204


@pytest.mark.parametrize(("missing", "status"), [("Xvfb", 1), ("chromium", 1)])
def test_what_is_missing_is_named_with_what_it_is_for(tmp_path: Path, missing: str, status: int) -> None:
    for name in {"Xvfb", "chromium", "mpv"} - {missing}:
        (tmp_path / name).symlink_to("/bin/true")
    answer = subprocess.run(
        COMMAND, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, timeout=20, check=False
    )

    assert (answer.returncode, answer.stdout) == (status, "")
    assert re.fullmatch(rf"Missing: {missing}, which .*apt install .*\n", answer.stderr, re.IGNORECASE)


def test_a_size_that_is_none_is_wrong_usage() -> None:
    answer = subprocess.run([*COMMAND, "--size", "large"], capture_output=True, text=True, timeout=20, check=False)

    assert (answer.returncode, answer.stderr) == (2, "--size large: expected WxH in pixels, such as 1280x720.\n")
