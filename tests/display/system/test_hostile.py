"""A meeting's page that wants out, and a browser that does not live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.display.system.box import HOME, MEETING, SPOT, Box, a_box, alive
from tests.display.xserver import picture, wait_until

PAGE = "<body style='margin:0;background:rgb(0,136,34)' onclick='out()'><script>{script}</script>"
TRICKS = {
    "alert": ("setTimeout(() => { alert('pay'); confirm('now'); prompt('how'); }, 300)", "display.dialog_answered"),
    "download": (
        "onload = () => { const a = document.createElement('a'); [a.href, a.download] = ['/file', 'x']; a.click() }",
        "display.download_blocked",
    ),
    "file": ("setTimeout(() => location = 'file:///etc/passwd', 300)", "display.address_blocked"),
    "home": ("setTimeout(() => location = '{home}', 300)", "display.address_blocked"),
    "popup": ("function out() { window.open('/meeting', '_blank', 'width=300,height=300') }", "display.popup_blocked"),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with a_box(tmp_path_factory.mktemp("box")) as running:
        for name, (script, _) in TRICKS.items():
            page = PAGE.replace("{script}", script.replace("{home}", running.core.config.home_url))
            running.pages.texts[f"/trick-{name}"] = page
        yield running


@pytest.fixture
def box(shared: Box) -> Iterator[Box]:
    yield shared
    shared.join("/left")
    shared.reports(screen="home", meeting="none", within=15)


@pytest.mark.parametrize("trick", TRICKS)
def test_the_meeting_stays_and_the_attempt_is_told(box: Box, trick: str) -> None:
    box.has_windows("meeting")
    box.join(f"/trick-{trick}")
    box.shows(MEETING)
    box.reports(screen="meeting", meeting="running")

    def noticed() -> bool:
        if trick == "popup":
            box.touch(*SPOT)  # a page opens windows for a click only
        return TRICKS[trick][1] in box.problems("meeting_problems")

    wait_until(noticed, within=10, every=0.3, what=f"no notice of {trick}")
    box.shows(MEETING)
    box.reports(screen="meeting", meeting="running")
    box.reported(lambda told: sum(each["role"] == "meeting" for each in told["windows"]) == 1, "one meeting window")


def test_nothing_of_a_meeting_is_left(box: Box) -> None:
    box.in_meeting()
    pid = box.pid_of("meeting")
    profiles = box.state / "run" / "display" / "meeting"
    kept = {each.name for each in profiles.iterdir()}
    box.join("/left")
    box.shows(HOME)
    wait_until(lambda: not alive(pid), within=10, what="its browser is still there")
    box.has_windows("meeting")
    wait_until(
        lambda: not kept & {each.name for each in profiles.iterdir()}, within=10, what="its profile is still there"
    )


@pytest.mark.long
def test_a_browser_that_never_lives_gives_the_safe_page_and_the_shell_goes_on(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    chromium = programs / "chromium"
    chromium.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    chromium.chmod(0o755)
    with a_box(tmp_path, up=False, environment={"PATH": f"{programs}:/usr/bin:/bin"}) as box:
        box.reported(lambda told: "home_problems" in told, "a report of the home process")
        wait_until(lambda: len(picture(box.display).getcolors(1 << 16) or ()) > 10, within=15, what="no page drawn")
        starting = picture(box.display)
        box.reported(
            lambda told: "display.home_loop" in {each["code"] for each in told.get("home_problems", ())},
            "display.home_loop",
            within=40,
        )
        wait_until(lambda: picture(box.display).tobytes() != starting.tobytes(), within=10, what="no other page")
        assert len(picture(box.display).getcolors(1 << 16) or ()) > 10
        assert box.shell.poll() is None
        box.plug()
        wait_until(lambda: box.core.merged["screen"] == "content", what="the laptop is shown all the same")
