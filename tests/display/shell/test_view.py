"""What the shell says over the windows, and tells the core."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.wire import DisplayConfig
from display.choose import Asked, Bar, Screen, Wish, choose
from display.debounce import Phase
from display.inputs.watched import InputNow
from display.model import Call, Role, Signal
from display.overlay.state import (
    ContentBar,
    HomeBar,
    MeetingBar,
    Offer,
    Opening,
    OverlayState,
    Protected,
    SafePage,
    Starting,
    Unsupported,
)
from display.shell.known import Known, facts, reported_inputs
from display.shell.view import BAR_S, LONG_S, MISSING_S, changes_at, overlay

LIVE = InputNow(
    name="hdmi",
    label="Table",
    kind="hdmi",
    signal=Signal.LIVE,
    phase=Phase.LIVE,
    shows=True,
    likely=False,
    popup_wanted=True,
    width=1920,
    height=1080,
    generation=1,
    device="HDMI bridge",
    code=None,
)
IN_CALL = Known(home=True, meeting=True, call=Call("running", "1", "Zoom", ready=True), now=100.0)


def seen(known: Known) -> OverlayState:
    return overlay(known, choose(facts(known)))


def test_the_bar_of_a_meeting_comes_with_a_touch_and_goes_by_itself() -> None:
    touched = replace(IN_CALL, touched=99.0, volume=40)

    assert seen(IN_CALL).bar is None
    assert seen(touched).bar == MeetingBar(provider_name="Zoom", volume=40)
    assert changes_at(touched) == 99.0 + BAR_S
    assert seen(replace(touched, now=99.0 + BAR_S)).bar is None


def test_a_touch_at_the_lower_edge_brings_the_bar_to_the_upper_one() -> None:
    assert seen(replace(IN_CALL, touched=99.0, touched_at=0.95)).bar_on_top
    assert not seen(replace(IN_CALL, touched=99.0, touched_at=0.2)).bar_on_top


def test_over_the_home_screen_of_a_running_meeting_the_way_back_stays() -> None:
    assert seen(replace(IN_CALL, asked=Asked(Wish.HOME))).bar == HomeBar(provider_name="Zoom")


def test_a_call_in_a_program_without_a_window_can_be_left_and_is_not_opening_for_ever() -> None:
    dialled = replace(IN_CALL, meeting=False, call=Call("running", "1", "SIP", ready=True, program=frozenset({7})))

    assert seen(dialled) == OverlayState(bar=HomeBar(provider_name="SIP", returns=False))
    assert seen(replace(dialled, meeting=True, touched=99.0)).bar == MeetingBar(provider_name="SIP")


def test_a_picture_sent_away_is_offered_in_the_bar_of_the_meeting() -> None:
    known = replace(IN_CALL, inputs=[replace(LIVE, popup_wanted=False)], touched=99.0)

    assert seen(known).bar == MeetingBar(provider_name="Zoom", content="Table")


def test_a_picture_has_a_way_back_and_a_hint_when_it_stays_black() -> None:
    shown = replace(IN_CALL, inputs=[LIVE], playing="hdmi", touched=99.0)

    assert seen(shown).bar == ContentBar(label="Table", in_meeting=True)
    assert seen(replace(shown, black=True)).message == Protected(label="Table")


def test_a_preview_is_offered_over_the_home_screen() -> None:
    known = Known(home=True, inputs=[LIVE], config=DisplayConfig(content="preview"))

    assert seen(known).offer == Offer(label="Table")


def test_a_preview_is_offered_in_a_meeting_too_and_not_twice() -> None:
    state = seen(replace(IN_CALL, inputs=[LIVE], config=DisplayConfig(content="preview"), touched=99.0))

    assert (state.offer, state.bar) == (Offer(label="Table"), MeetingBar(provider_name="Zoom"))


def test_opening_is_said_until_the_meeting_is_painted() -> None:
    opening = replace(IN_CALL, call=Call("opening", "1", "Zoom"))
    unpainted = replace(IN_CALL, call=Call("running", "1", "Zoom"))

    assert seen(opening).message == seen(unpainted).message == Opening(provider_name="Zoom")
    assert seen(IN_CALL).message is None


def test_an_unsupported_picture_says_its_size() -> None:
    known = Known(home=True, inputs=[replace(LIVE, phase=Phase.UNSUPPORTED, shows=False, width=4096, height=2160)])

    assert seen(known).message == Unsupported(label="Table", width=4096, height=2160)


@pytest.mark.parametrize(
    ("missing", "code", "message"),
    [
        (MISSING_S / 2, None, None),
        (MISSING_S, None, Starting(room_name="Turing")),
        (MISSING_S, "display.home_loop", SafePage(room_name="Turing", time="10:05", code="display.home_loop")),
        (LONG_S, None, SafePage(room_name="Turing", time="10:05", code="display.home_missing")),
    ],
)
def test_a_missing_home_screen_is_told_the_longer_the_plainer(
    missing: float, code: str | None, message: Starting | SafePage | None
) -> None:
    known = Known(config=DisplayConfig(room_name="Turing"), now=missing, home_since=0.0, home_code=code, clock="10:05")

    assert seen(known).message == message


def test_nothing_is_said_while_the_screen_sleeps() -> None:
    assert seen(replace(IN_CALL, touched=99.0, awake=False)) == OverlayState()


def test_a_flickering_picture_is_live_for_the_core_while_it_is_shown() -> None:
    lingering = replace(LIVE, signal=Signal.NO_SIGNAL, phase=Phase.LINGERING)
    screen = Screen(Role.CONTENT, "hdmi", Bar.CONTENT)

    assert [(each.state, each.showing) for each in reported_inputs([lingering], screen)] == [("live", True)]
    assert [(each.state, each.showing) for each in reported_inputs([lingering], Screen(Role.HOME))] == [("live", False)]


def test_a_black_picture_is_said_to_be_black_while_people_see_it() -> None:
    black = replace(LIVE, signal=Signal.PROTECTED, phase=Phase.LINGERING)
    screen = Screen(Role.CONTENT, "hdmi", Bar.CONTENT)

    assert [(each.state, each.showing) for each in reported_inputs([black], screen)] == [("protected", True)]
    assert [(each.state, each.showing) for each in reported_inputs([black], Screen(Role.HOME))] == [("live", False)]
