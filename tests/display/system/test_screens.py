"""A second screen is plugged in while the room is used."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from tests.display.outputs.test_screens import second_screen
from tests.display.system.box import MEETING, Box, a_box
from tests.display.xserver import DummyXorg, pixel, wait_until

SIZE = "1024x768"
CORNERS = (0, 0), (1_023, 0), (0, 767), (1_023, 767)


def outputs(told: dict[str, Any]) -> dict[str, str]:
    """The sockets that show something, and their modes without the rate."""
    return {each["name"]: each["mode"].partition("@")[0] for each in told.get("outputs", ()) if each["enabled"]}


def xrandr(box: Box, *arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], env=box.server.environment(), check=True, stdout=subprocess.DEVNULL)


def mirrored(box: Box) -> None:
    """Until both screens show the same, and the meeting fills them."""
    box.reported(lambda told: outputs(told) == {"DUMMY0": SIZE, "DUMMY1": SIZE}, "the same on both screens")
    box.reported(lambda told: {each["geometry"] for each in told["windows"]} == {f"{SIZE}+0+0"}, "windows that fill it")
    wait_until(
        lambda: {pixel(box.display, *corner) for corner in CORNERS} == {MEETING},
        within=10,
        what="the meeting does not fill the screens",
    )
    box.reports(screen="meeting", meeting="running")


def test_a_second_screen_shows_the_same_and_the_meeting_goes_on(tmp_path: Path) -> None:
    with a_box(tmp_path, screen=DummyXorg()) as box:
        box.reported(lambda told: outputs(told) == {"DUMMY0": SIZE}, "one screen")
        box.in_meeting()
        pid = box.pid_of("meeting")

        second_screen(box.server)
        xrandr(box)  # asks the hardware; before that, the dummy driver calls no new screen connected
        mirrored(box)

        xrandr(box, "--output", "DUMMY1", "--off")
        mirrored(box)
        xrandr(box, "--output", "DUMMY1", "--mode", "800x600", "--right-of", "DUMMY0")
        mirrored(box)
        assert box.pid_of("meeting") == pid
