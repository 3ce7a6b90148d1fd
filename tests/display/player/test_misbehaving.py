"""Programs that stand in for mpv and do not behave."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from display.model import Source
from display.player.mpv import MpvPlayer
from display.player.showing import Limits
from tests.display.waiting import until
from tests.fakes.player import Told

SOURCE = Source("av://lavfi:testsrc2")
HEAD = f"""#!{sys.executable}
import os, socket, sys, time
end = socket.socket(fileno=int(sys.argv[-1].rpartition("/")[2]))
"""


def stand_in(place: Path, body: str) -> dict[str, str]:
    program = place / "mpv"
    program.write_text(HEAD + body)
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{place}:{os.environ['PATH']}"}


def outcome(environment: dict[str, str], *, count: int = 1, start: float = 20.0) -> list[str]:
    """What is told of a source, up to `count` events, where `start` is the limit of the first answer."""
    told = Told()

    async def scene() -> None:
        player = MpvPlayer(told, environment=environment, limits=Limits(start=start, first_picture=0.5))
        life = asyncio.create_task(player.run())
        await player.play(SOURCE)
        await until(lambda: len(told.events) >= count, within=8)
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)

    asyncio.run(scene())
    return told.words()[:count]


def test_a_missing_program_is_told() -> None:
    assert outcome({"PATH": "/nonexistent"}) == ["player.missing"]


def test_one_that_ends_at_once_is_started_again_and_again(tmp_path: Path) -> None:
    assert outcome(stand_in(tmp_path, "sys.exit(2)"), count=3) == ["player.died"] * 3


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\xff\xfe\x00 not json\n", id="bytes"),
        pytest.param(b"[[[[[[[[\n" + b"[" * 20_000 + b"\n", id="depth"),
        pytest.param(b'{"request_id": [1]}\n{"event": 7}\n"text"\n', id="types"),
        pytest.param(b'{"request_id": 1, "error": 9}\n', id="refusal"),
    ],
)
def test_one_that_talks_garbage_hangs(tmp_path: Path, garbage: bytes) -> None:
    assert outcome(stand_in(tmp_path, f"end.sendall({garbage!r}); time.sleep(30)"), start=0.3) == ["player.hung"]


def test_a_line_without_an_end_ends_it(tmp_path: Path) -> None:
    body = "try:\n    while True: end.sendall(b'x' * 65536)\nexcept OSError: time.sleep(30)"
    assert outcome(stand_in(tmp_path, body)) == ["player.died"]


# Answers everything; of each file it says the message and the end that stand for {message} and {end}.
FAILING = """
import json
for line in end.makefile():
    asked = json.loads(line)
    def say(**what): end.sendall(json.dumps(what).encode() + b"\\n")
    say(request_id=asked["request_id"], error="success", data="mpv 0")
    if isinstance(asked["command"], dict):
        say(event="start-file", playlist_entry_id=1)
        say(event="log-message", prefix="ffmpeg/demuxer", level="error", text={message!r})
        say(event="end-file", reason={end!r}, playlist_entry_id=1)
"""


@pytest.mark.parametrize(
    ("message", "end", "code"),
    [
        ("video4linux2,v4l2: ioctl(VIDIOC_STREAMON): Device or resource busy\n", "error", "player.busy"),
        ("video4linux2,v4l2: ioctl(VIDIOC_DQBUF): No such device\n", "eof", "player.gone"),
        ("Error opening/initializing the selected video_out (--vo) device.\n", "error", "player.died"),
    ],
)
def test_what_the_demuxer_says_is_the_reason(tmp_path: Path, message: str, end: str, code: str) -> None:
    assert outcome(stand_in(tmp_path, FAILING.format(message=message, end=end))) == [code]


def test_the_child_does_not_inherit_what_is_meant_for_this_process(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    body = f"open({str(seen)!r}, 'w').write(repr(sorted(os.environ)) + str(os.getpgrp() == os.getpid()))"
    ours = {"LD_PRELOAD": "", "UMOCKDEV_DIR": "/x", "NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}
    outcome({**stand_in(tmp_path, body), **ours})
    assert not any(repr(name) in seen.read_text() for name in ours)
    assert seen.read_text().endswith("True")


def test_a_killed_parent_leaves_no_player(tmp_path: Path) -> None:
    environment = stand_in(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    code = (
        "import asyncio; from display.player.mpv import MpvPlayer; from tests.fakes.player import Told\n"
        "async def main(): await MpvPlayer(Told()).run()\n"
        "asyncio.run(main())"
    )
    root = Path(__file__).parents[3]
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=root)

    async def scene() -> None:
        await until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        child = Path("/proc") / (tmp_path / "pid").read_text()
        parent.kill()
        parent.wait()
        await until(lambda: not child.exists() or "State:\tZ" in (child / "status").read_text(), within=2)

    asyncio.run(scene())
