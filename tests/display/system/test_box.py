"""A whole box: home screen, meeting and laptop, and what happens when any of its processes dies."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.wire import Home, ShowInput
from tests.display.system.box import HOME, MEETING, SPOT, Box, a_box, alive, gone
from tests.display.xserver import pixel, wait_until


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with a_box(tmp_path_factory.mktemp("box")) as running:
        yield running


@pytest.fixture
def box(shared: Box) -> Iterator[Box]:
    """The box of all tests here, at home and unplugged again after each."""
    yield shared
    shared.cables.set(hdmi="no_cable")
    if shared.core.merged.get("meeting") != "none":
        shared.join("/left")
    shared.reports(screen="home", meeting="none", within=15)


def test_a_laptop_pops_up_and_goes_by_itself(box: Box) -> None:
    box.plug()
    box.shows_no_longer(HOME)

    box.unplug()

    box.shows(HOME)
    box.reports(screen="home", shown="hdmi")  # a key that is left out stays; the screen is what counts


def test_a_meeting_is_joined_and_left(box: Box) -> None:
    order = box.join("/closing")
    box.shows(MEETING)
    box.reports(screen="meeting")

    box.shows(HOME)

    box.reports(screen="home", meeting="none")
    assert box.core.merged["orders"][order]["state"] == "done"


def test_a_laptop_covers_the_meeting_and_gives_it_back(box: Box) -> None:
    box.in_meeting()

    box.plug()
    box.shows_no_longer(MEETING)
    box.unplug()

    box.shows(MEETING)
    box.reports(screen="meeting")


def test_another_mode_is_shown_anew(box: Box) -> None:
    box.plug()

    box.cables.set(hdmi={"signal": "live", "width": 1920, "height": 1080})

    wait_until(lambda: pixel(box.display, *SPOT) not in (HOME, (0, 0, 0)), what="the new picture")
    box.reports(screen="content")


def test_the_home_order_brings_the_home_screen_and_the_meeting_stays(box: Box) -> None:
    box.in_meeting()
    pid = box.pid_of("meeting")

    box.core.order("home", Home(order_id="go-home"))

    box.shows(HOME)
    box.reports(screen="home", meeting="running")
    assert box.core.merged["orders"]["go-home"]["state"] == "done"
    assert alive(pid)


def test_an_input_is_shown_by_order_even_when_it_was_sent_away(box: Box) -> None:
    box.plug()
    box.core.order("home", Home(order_id="away"))
    box.shows(HOME)

    box.core.order("show_input", ShowInput(order_id="show", input="hdmi"))

    box.reports(screen="content")
    wait_until(lambda: box.core.merged["orders"].get("show", {}).get("state") == "done", what="the order is done")


def test_an_input_without_a_picture_cannot_be_shown(box: Box) -> None:
    box.core.order("show_input", ShowInput(order_id="nothing", input="hdmi"))

    wait_until(lambda: "nothing" in box.core.merged["orders"], what="an answer")
    assert box.core.merged["orders"]["nothing"] == {
        "order_id": "nothing",
        "state": "failed",
        "code": "display.input_not_live",
    }


def test_a_killed_home_browser_is_back(box: Box) -> None:
    before = box.pid_of("home")

    box.kill(before)

    box.another("home", before)
    box.shows(HOME)


def test_a_killed_player_is_back_with_its_picture(box: Box) -> None:
    box.plug()
    before = box.pid_of("content")

    box.kill(before)

    wait_until(
        lambda: any(w["role"] == "content" and w["pid"] != before for w in box.core.merged["windows"]), within=15
    )
    box.reports(screen="content")


def test_a_killed_shell_leaves_the_meeting_running_and_the_next_one_finds_it(box: Box) -> None:
    box.in_meeting()
    meeting, home = box.pid_of("meeting"), box.pid_of("home")
    box.shell.kill()
    box.shell.wait()
    assert alive(meeting)
    assert pixel(box.display, *SPOT) == MEETING

    box.core.reports.clear()
    box.start()

    box.reports(screen="meeting", within=15)
    assert (box.pid_of("meeting"), box.pid_of("home")) == (meeting, home)
    box.shows(MEETING)
    box.plug()
    box.unplug()
    box.shows(MEETING)


def test_a_window_that_claims_to_be_ours_is_not_shown_and_told(box: Box) -> None:
    stranger = subprocess.Popen(
        ["xmessage", "-name", "room-home", "hello"], env=box.server.environment(), stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: "display.foreign_window" in box.problems(), within=10, what="the notice")
        assert pixel(box.display, *SPOT) == HOME
    finally:
        stranger.kill()
        stranger.wait()
    wait_until(lambda: "display.foreign_window" not in box.problems(), within=10, what="no notice any more")


@pytest.mark.parametrize("killed", [False, True], ids=["", "also-what-a-killed-one-left"])
def test_everything_ends_with_the_shell(killed: bool, tmp_path: Path) -> None:
    with a_box(tmp_path) as box:
        if killed:
            box.kill(box.shell.pid)
            box.shell.wait()
            box.core.reports.clear()
            box.start()
        box.has_windows("home", "meeting")
        pids = {each["pid"] for each in box.core.merged["windows"]}
        assert pids
        box.shell.terminate()
        assert box.shell.wait(20) == 0
        gone(pids)


def test_without_x_the_shell_ends_by_itself(tmp_path: Path) -> None:
    with a_box(tmp_path) as box:
        box.has_windows("home", "meeting")
        pids = {each["pid"] for each in box.core.merged["windows"]}
        box.kill(box.server.pid)
        assert box.shell.wait(20) == 1
        gone(pids)
