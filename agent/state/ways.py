"""Commands as people mean them: which there are, the way to join, the input to show. Pure; the room's policy decides
about trust."""

from __future__ import annotations

from urllib.parse import urlsplit

from agent import wire
from agent.errors import CommandError
from agent.model.join import JoinInfo
from agent.state.policy import RoomPolicy

BROWSER, DISPLAY = "browser", "display"
"""Who opens a link: the page's own browser, or the display while it takes orders."""
LAUNCHER = BROWSER


def way_of(info: JoinInfo, policy: RoomPolicy, launcher: str, *, shown: bool) -> wire.Join:
    """Without `shown` no number is told: neither by itself nor in an address, unless that is the only way in."""
    return wire.Join(
        provider=info.provider,
        provider_name=info.provider_name,
        url=info.url,
        meeting_id=info.meeting_id if shown else None,
        passcode=info.passcode if shown else None,
        sip=info.sip if shown or info.url is None else None,
        h323=info.h323 if shown or info.url is None else None,
        dial_in=[wire.DialIn(number=d.number, conference_id=d.conference_id) for d in info.dial_in] if shown else [],
        trusted=trusted(info, policy),
        launcher=launcher,
    )


def label_of(info: JoinInfo) -> str:
    """Service and host, or the address that is dialled."""
    place = urlsplit(info.url).hostname if info.url else info.sip or info.h323
    return f"{info.provider_name} · {place}" if place else info.provider_name


def trusted(info: JoinInfo, policy: RoomPolicy) -> bool:
    """Whether the host, or the domain that is dialled, is a known service's or one that the room trusts."""
    host = urlsplit(info.url).hostname if info.url is not None else (info.sip or "").rpartition("@")[2]
    return info.known_host or policy.trusts(host or "")


JOIN, REFRESH, SHOW_INPUT = "join", "refresh", "show-input"
SHOWABLE = ("live", "protected")
"""States of an input that can be shown."""


def commands_with(*, showing: bool) -> list[str]:
    """What is taken now. `showing`: a display is there that shows inputs; nobody else does."""
    return [JOIN, REFRESH, SHOW_INPUT] if showing else [JOIN, REFRESH]


def input_to_show(state: wire.RoomState, name: str) -> wire.Input:
    """The input a show-input command means: one with a picture, or with one that stayed black and may be another by
    now, which nobody sees before it is shown. Raises CommandError: 404 for an unknown one, 409 for one without a
    picture, 503 while no display takes orders.
    """
    found = next((each for each in state.inputs if each.name == name), None)
    if found is None:
        raise CommandError("input.unknown", "This room has no input of this name; reload the list.", 404)
    if found.state not in SHOWABLE:
        raise CommandError("input.not_live", "Nothing that can be shown comes over this input; check the cable.", 409)
    if SHOW_INPUT not in state.commands:
        raise display_absent()
    return found


def display_absent() -> CommandError:
    """Nobody is there who could show an input."""
    return CommandError("display.absent", "No display takes orders; see whether room-display runs.", 503)


def meeting_of(state: wire.RoomState, meeting_id: str) -> wire.Meeting:
    """A listed meeting. Raises CommandError (404)."""
    meeting = next((meeting for meeting in state.meetings if meeting.id == meeting_id), None)
    if meeting is None:
        raise CommandError("meeting.unknown", "No meeting of today's list has this id; reload the list.", 404)
    return meeting


def way_to_join(state: wire.RoomState, meeting_id: str, alternative: int | None) -> wire.Join:
    """The way a join command means. Raises CommandError: 404 for an unknown meeting, 409 where there is nothing to join
    or the alternatives are no longer those that the person saw.
    """
    meeting = meeting_of(state, meeting_id)
    if meeting.join is None:
        raise CommandError("join.none", f"This meeting cannot be joined: {meeting.no_join_reason}.", 409)
    if alternative is None:
        return meeting.join
    if alternative >= len(meeting.join.alternatives):
        raise changed()
    return meeting.join.alternatives[alternative]


def typed_way(typed: wire.Typed, way: int | None) -> wire.Join:
    """The same for what a person typed; without a choice the first. Raises CommandError: 422 where there is none."""
    if not typed.ways:
        raise CommandError("join.not_recognised", "Nothing that can be joined was recognised in this text.", 422)
    if (way or 0) >= len(typed.ways):
        raise changed()
    return typed.ways[way or 0]


def changed() -> CommandError:
    """The ways are no longer those that the person saw."""
    return CommandError("join.changed", "The ways to join have changed; choose again.", 409)
