"""What people do at the screen itself: bars, offers, two laptops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.wire import InputConfig
from display.overlay.state import Action, ContentBar, HomeBar, MeetingBar, Offer, OverlayState
from tests.display.system.box import HOME, MEETING, Box, a_box, alive

OVER_MEETING = OverlayState(bar=MeetingBar(provider_name="Zoom"))
OVER_HOME = OverlayState(bar=HomeBar(provider_name="Zoom"))
OFFERED = OverlayState(offer=Offer(label="HDMI"))
CENTRE = (640, 200)
INPUTS = [InputConfig(name="hdmi", label="HDMI"), InputConfig(name="vga", label="VGA", kind="vga")]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with a_box(tmp_path_factory.mktemp("box"), inputs=INPUTS) as running:
        yield running


@pytest.fixture
def box(shared: Box) -> Iterator[Box]:
    """At home and with nothing plugged in before and after each test."""
    shared.cables.set(hdmi="no_cable", vga="no_cable")
    yield shared
    shared.cables.set(hdmi="no_cable", vga="no_cable")
    if shared.core.merged.get("meeting") != "none":
        shared.join("/left")
    shared.reports(screen="home", meeting="none", within=15)


def test_a_touch_brings_the_meetings_bar_and_it_goes_by_itself(box: Box) -> None:
    box.in_meeting()
    box.touch(*CENTRE)
    box.overlaid(OVER_MEETING, MEETING)
    box.overlaid(OVER_MEETING, MEETING, there=False)
    box.shows(MEETING)


def test_leave_ends_the_meeting(box: Box) -> None:
    box.in_meeting()
    box.touch(*CENTRE)
    box.overlaid(OVER_MEETING, MEETING)
    box.press(OVER_MEETING, Action.LEAVE)
    box.shows(HOME)
    box.reports(screen="home", meeting="none")


def test_home_comes_with_a_way_back_and_the_meeting_goes_on(box: Box) -> None:
    box.in_meeting()
    pid = box.pid_of("meeting")
    box.touch(*CENTRE)
    box.overlaid(OVER_MEETING, MEETING)
    box.press(OVER_MEETING, Action.HOME)
    box.shows(HOME)
    box.overlaid(OVER_HOME, HOME)
    box.reports(screen="home", meeting="running")
    box.press(OVER_HOME, Action.BACK)
    box.shows(MEETING)
    box.reports(screen="meeting", meeting="running")
    assert alive(pid)


def test_of_two_laptops_the_first_one_stays_and_the_other_one_follows(box: Box) -> None:
    box.cables.set(hdmi="live", vga="no_cable")
    box.reports(screen="content", shown="hdmi")
    box.cables.set(hdmi="live", vga="live")
    box.reported(
        lambda told: [each["state"] for each in told["inputs"]] == ["live", "live"] and told["shown"] == "hdmi",
        "both live and the first one shown",
    )
    box.cables.set(hdmi="no_cable", vga="live")
    box.reports(screen="content", shown="vga")
    box.shows_no_longer(HOME)
    box.cables.set(hdmi="no_cable", vga="no_cable")
    box.shows(HOME)


def test_a_laptop_is_sent_home_and_stays_away_until_it_is_plugged_in_anew(box: Box) -> None:
    over = OverlayState(bar=ContentBar(label="HDMI"))
    box.plug()
    box.touch(*CENTRE)
    box.overlaid(over, (0, 0, 0))
    box.press(over, Action.HOME)
    box.shows(HOME)
    box.reports(screen="home")
    box.unplug()
    box.reported(lambda told: told["inputs"][0]["state"] == "no_cable", "unplugged")
    box.plug()
    box.shows_no_longer(HOME)


def test_a_screen_that_never_sleeps_is_awake(box: Box) -> None:
    box.reports(awake=True)


def test_in_preview_a_picture_is_offered_and_a_tap_shows_it(tmp_path: Path) -> None:
    with a_box(tmp_path, content="preview") as box:
        box.cables.set(hdmi="live")
        box.overlaid(OFFERED, HOME)
        box.reports(screen="home")
        box.shows(HOME)
        box.press(OFFERED, Action.SHOW_CONTENT)
        box.reports(screen="content", shown="hdmi")
        box.shows_no_longer(HOME)
        box.unplug()
        box.shows(HOME)
