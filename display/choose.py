"""What is on the screen: a pure decision from what is known and what the person last asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from display.model import Role


class Wish(StrEnum):
    """What the person in the room asked for last."""

    NOTHING = "nothing"  # the room decides
    HOME = "home"  # the home screen, though a meeting runs
    CONTENT = "content"  # an input's picture


@dataclass(frozen=True, slots=True)
class Guest:
    """An input: whether a picture comes over it, steadily, and whether that is to pop up by itself. `likely`: it will
    be steady in a moment, if nothing comes in between."""

    name: str
    live: bool
    popup: bool = False
    likely: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """`call`: "none" | "opening" | "running"; `call_seen`: its window is there and painted; `call_unseen`: it is in a
    program that has no window. `playing`: the input whose
    picture the player has on its window now. `preview`: pictures are offered, and shown by a tap."""

    call: str = "none"
    call_seen: bool = False
    call_unseen: bool = False
    inputs: Sequence[Guest] = ()
    playing: str | None = None
    preview: bool = False
    wish: Wish = Wish.NOTHING
    wished: str | None = None


class Bar(StrEnum):
    """Which bar a touch brings up."""

    NONE = "none"
    MEETING = "meeting"
    CONTENT = "content"
    HOME = "home"  # the home screen over a running meeting: the way back; it stays


@dataclass(frozen=True, slots=True)
class Screen:
    """`front`: whose window is on top; `play`: the input the player is to open, in front or behind it; `offer`: the
    one that is offered by itself; `at_hand`: the one a person who looks for it would show."""

    front: Role
    play: str | None = None
    bar: Bar = Bar.NONE
    offer: str | None = None
    at_hand: str | None = None


def choose(facts: Facts) -> Screen:
    """The screen for these facts. A picture comes to the front when it is there, never before: nothing flashes."""
    shown = _to_show(facts)
    in_call = facts.call == "running" and (facts.call_seen or facts.call_unseen)
    if shown is not None and facts.playing == shown:
        front, bar = Role.CONTENT, Bar.CONTENT
    elif in_call and facts.call_seen and facts.wish is not Wish.HOME:
        front, bar = Role.MEETING, Bar.MEETING
    else:
        front, bar = Role.HOME, Bar.HOME if in_call else Bar.NONE
    if shown is not None:
        return Screen(front, shown, bar)
    live = [guest for guest in facts.inputs if guest.live]
    offered = next((guest.name for guest in live if guest.popup), None)
    return Screen(front, _to_open(facts), bar, offered, next((guest.name for guest in live), None))


def _to_open(facts: Facts) -> str | None:
    """The input that will be shown in a moment: its picture is made ready behind what is in front."""
    return None if facts.preview else next((guest.name for guest in facts.inputs if guest.likely), None)


def _to_show(facts: Facts) -> str | None:
    live = [guest for guest in facts.inputs if guest.live]
    if facts.wish is Wish.CONTENT and any(guest.name == facts.wished for guest in live):
        return facts.wished
    if facts.preview:
        return None
    wanted = [guest.name for guest in live if guest.popup]
    if facts.playing in wanted:  # the one that came first stays
        return facts.playing
    return wanted[0] if wanted else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, and the input whose picture the person sent away with it."""

    wish: Wish
    wished: str | None = None
    dismissed: str | None = None


def ask(action: str, shown: Screen, wish: Asked) -> Asked:
    """What a tap on the bar asks for. An action that fits nothing changes nothing."""
    if action == "show_content":
        name = shown.offer or shown.at_hand
        return Asked(Wish.CONTENT, name) if name else wish
    if action == "home":
        return Asked(Wish.HOME, dismissed=shown.play)
    if action == "hide_content" and shown.play is None:
        return replace(wish, dismissed=shown.offer)
    if action in ("back", "hide_content"):
        return Asked(Wish.NOTHING, dismissed=shown.play)
    return wish


def outdated(wish: Asked, *, call_began: bool, call_over: bool, inputs: Sequence[Guest]) -> Asked:
    """The wish after something happened: joining a meeting brings it to the front, its end ends the wish for home, and
    a picture that has gone is wished for no more."""
    coming = any(guest.live or guest.likely for guest in inputs if guest.name == wish.wished)
    if wish.wish is Wish.CONTENT and not coming:
        return Asked(Wish.NOTHING)
    if wish.wish is Wish.HOME and (call_began or call_over):
        return Asked(Wish.NOTHING)
    return replace(wish, dismissed=None)
