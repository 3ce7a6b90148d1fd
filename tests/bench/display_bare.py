"""What the display is compared with: a player that is told of a picture, a browser that is started with a page."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from Xlib.display import Display

from display.browsers import chromium
from tests.bench.display_probe import BLACK, Eye
from tests.display.pages import served
from tests.display.system.box import MEETING, PAGES
from tests.display.xserver import Server, Xvfb, wait_until

_PLAYER = (
    "mpv",
    "--no-config",
    "--idle",
    "--profile=low-latency",
    "--untimed",
    "--no-audio",
    "--no-osc",
    "--no-terminal",
    "--no-border",
    "--geometry=1280x720+0+0",
    "--vo=gpu,x11",
)


def player_times(picture: str, socket_path: Path, times: int) -> list[float]:
    """Seconds from `loadfile` to pixels of a running mpv that has nothing else to do; the first one, which loads its
    codecs, left out."""
    with Xvfb() as server, _player(server, socket_path) as player:
        eye = Eye(Display(server.name))
        taken = []
        for _ in range(times + 1):
            begun = time.perf_counter()
            _tell(player, "loadfile", picture)
            taken.append(eye.until_picture(BLACK, begun))
            _tell(player, "stop")
            eye.until_color(BLACK, begun)
        eye.display.close()
    return taken[1:]


def browser_times(place: Path, times: int) -> list[float]:
    """Seconds from the start of a Chromium with a page and a new profile to the page's pixels; the first one, which
    reads the program from the disk, left out."""
    program = chromium.find()
    assert program is not None
    with Xvfb() as server, served(PAGES) as pages:
        return [_browser_time(program, server, pages.url("/meeting"), place / str(each)) for each in range(times + 1)][
            1:
        ]


def _browser_time(program: str, server: Server, url: str, profile: Path) -> float:
    command = chromium.command(program, role="bare", url=url, profile=profile, language="en", covered=False)
    command = [each for each in command if each != "--remote-debugging-pipe"]
    eye = Eye(Display(server.name))
    begun = time.perf_counter()
    browser = subprocess.Popen(
        [*command, "--window-position=0,0", "--window-size=1280,720"],
        env=server.environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        return eye.until_color(MEETING, begun)
    finally:
        browser.terminate()
        browser.wait(20)
        eye.until_color(BLACK, time.perf_counter())
        eye.display.close()
        shutil.rmtree(profile, ignore_errors=True)


@contextmanager
def _player(server: Server, socket_path: Path) -> Iterator[socket.socket]:
    process = subprocess.Popen([*_PLAYER, f"--input-ipc-server={socket_path}"], env=server.environment())
    try:
        wait_until(socket_path.exists)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(socket_path))
            yield connection
    finally:
        process.terminate()
        process.wait(10)


def _tell(player: socket.socket, *command: str) -> None:
    player.sendall(json.dumps({"command": command}).encode() + b"\n")
