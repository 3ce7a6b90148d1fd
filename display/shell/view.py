"""What the shell itself has to say over the windows, from what it knows. Pure."""

from __future__ import annotations

from display.choose import Bar, Screen
from display.debounce import Phase
from display.inputs.watched import InputNow
from display.model import Role
from display.overlay.state import Bar as BarView
from display.overlay.state import (
    ContentBar,
    HomeBar,
    MeetingBar,
    Message,
    Offer,
    Opening,
    OverlayState,
    Protected,
    SafePage,
    Starting,
    Unsupported,
)
from display.shell.known import Known

BAR_S = 6.0
"""So long after a touch the bar stays."""
MISSING_S = 2.0
"""A home screen that is being made anew is back before anybody is told."""
LONG_S = 20.0


def overlay(known: Known, screen: Screen) -> OverlayState:
    """What is shown over the windows now."""
    if not known.awake:
        return OverlayState()
    return OverlayState(
        bar=_bar(known, screen),
        offer=Offer(label=_label(known, screen.offer)) if screen.offer else None,
        message=_message(known, screen),
        bar_on_top=known.touched_at > 0.6,
    )


def changes_at(known: Known) -> float | None:
    """When time alone changes what is shown; None: it does not."""
    edges = [known.touched + BAR_S]
    if known.home_since is not None:
        edges += [known.home_since + MISSING_S, known.home_since + LONG_S]
    return min((edge for edge in edges if edge > known.now), default=None)


def _bar(known: Known, screen: Screen) -> BarView | None:
    if screen.bar is Bar.HOME:
        return HomeBar(provider_name=known.call.provider_name, returns=known.meeting)
    if screen.bar is Bar.NONE or known.now >= known.touched + BAR_S:
        return None
    in_meeting = known.call.state == "running"
    if screen.bar is Bar.CONTENT:
        label = _label(known, screen.play)
        return ContentBar(label=label, in_meeting=in_meeting, volume=known.volume, black=known.black)
    at_hand = _label(known, screen.at_hand) if screen.at_hand and not screen.offer else None
    return MeetingBar(provider_name=known.call.provider_name, volume=known.volume, content=at_hand)


def _message(known: Known, screen: Screen) -> Message | None:
    if known.reset is not None:
        return known.reset
    if screen.front is Role.CONTENT:
        return Protected(label=_label(known, screen.play)) if known.black else None
    unsupported = next((each for each in known.inputs if each.phase is Phase.UNSUPPORTED), None)
    if unsupported is not None:
        return Unsupported(label=unsupported.label, width=unsupported.width, height=unsupported.height)
    unseen = known.call.program or (known.meeting and known.call.ready)
    if known.call.state == "opening" or (known.call.state == "running" and not unseen):
        return Opening(provider_name=known.call.provider_name)
    if screen.front is Role.HOME and known.home_since is not None:
        return _in_place_of_home(known, known.now - known.home_since)
    return None


def _in_place_of_home(known: Known, missing: float) -> Message | None:
    if missing < MISSING_S:
        return None
    if missing < LONG_S and known.home_code is None:
        return Starting(room_name=known.config.room_name)
    return SafePage(room_name=known.config.room_name, time=known.clock, code=known.home_code or "display.home_missing")


def _label(known: Known, name: str | None) -> str:
    named: InputNow | None = next((each for each in known.inputs if each.name == name), None)
    return named.label if named else name or ""
