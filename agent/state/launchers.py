"""How a display joins: the order that opens a meeting, by the administrator's choice for the service. Pure.

What an invitation says fills arguments of a command and never chooses the program, is never read by a shell and never
becomes an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent import wire
from agent.errors import CommandError, OrderFailed
from agent.meetings.conferences.conference import Conference
from agent.meetings.opening import opening
from agent.model.join import JoinInfo
from agent.sync.window import room_midnight

_PLACEHOLDER = re.compile(r"\{(url|meeting_id|passcode|sip|h323|room_name)\}")
_MAY_BE_EMPTY = frozenset({"passcode", "room_name"})


@dataclass(frozen=True, slots=True)
class Launcher:
    """`kind`: "browser", "command" with the program and its arguments, or "details"."""

    kind: str = "browser"
    command: tuple[str, ...] = ()


def open_order(
    info: JoinInfo,
    launchers: Mapping[str, Launcher],
    conferences: Iterable[Conference],
    room: str,
    until: str | None = None,
) -> wire.Open:
    """The order that joins this way, without an id. Raises CommandError (409 `join.by_hand`) where a person has to
    dial, OrderFailed where a value of the meeting must not reach the command."""
    launcher = launchers.get(info.provider, Launcher())
    values = _values(info, room)
    if launcher.kind == "command" and _suits(launcher.command, values):
        return wire.Open(
            order_id="",
            url="",
            host="",
            launcher="command",
            until=until,
            provider=info.provider,
            provider_name=info.provider_name,
            room_name=room,
            command=expanded(launcher.command, values),
        )
    opened = opening(info, room, conferences) if launcher.kind != "details" else None
    if opened is None or not opened.url.startswith("https://"):
        raise CommandError("join.by_hand", "This meeting is joined by hand; its details have the numbers to dial.", 409)
    return wire.Open(
        order_id="",
        url=opened.url,
        host=opened.host,
        left_patterns=list(opened.left),
        steps=list(opened.steps),
        until=until,
        provider=info.provider,
        provider_name=info.provider_name,
        room_name=room,
    )


def expanded(command: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The argument list with its placeholders filled, each within its argument. Raises OrderFailed for a value that
    would make an option of an argument, or holds characters that no address has."""
    filled = [_PLACEHOLDER.sub(lambda found: values[found[1]], argument) for argument in command]
    for argument, written in zip(filled, command, strict=True):
        if (argument.startswith("-") and not written.startswith("-")) or not argument.isprintable():
            raise OrderFailed("display.launcher_value", "a value of the meeting must not reach the launcher's command")
    return filled


def closes_at(meeting: wire.Meeting, now: datetime, grace: timedelta, zone: ZoneInfo) -> str | None:
    """When the display closes a meeting that is joined now: some time after its end, or after now where that is over.
    None for no grace: never."""
    if not grace:
        return None
    day = date.fromisoformat(meeting.end) if meeting.all_day else None
    end = room_midnight(day, zone) if day is not None else datetime.fromisoformat(meeting.end)
    return wire.instant(max(end, now) + grace)


def _values(info: JoinInfo, room: str) -> dict[str, str]:
    return {
        "url": info.url or "",
        "meeting_id": info.meeting_id or "",
        "passcode": info.passcode or "",
        "sip": info.sip or "",
        "h323": info.h323 or "",
        "room_name": room,
    }


def _suits(command: Sequence[str], values: Mapping[str, str]) -> bool:
    """Whether the meeting has what the command dials."""
    named = {name for argument in command for name in _PLACEHOLDER.findall(argument)}
    return all(values[name] for name in named - _MAY_BE_EMPTY)
