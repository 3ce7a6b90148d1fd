"""Commands that change the room's calendar through the running agent: book, extend, end, check-in, cancel, undo."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from agent.cli.options import ConfigFile, Json, StateDir
from agent.errors import RoomAgentError, UsageError

_MINUTE = timedelta(minutes=1)
_SHORTEST, _LONGEST = 5, 720
Minutes = Annotated[int, typer.Argument(metavar="MINUTES", min=_SHORTEST, max=_LONGEST, help="5 to 720.")]
Meeting = Annotated[
    str | None, typer.Argument(metavar="MEETING", help="A meeting's id. Default: the one that runs now.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(book)
    app.command()(extend)
    app.command()(end)
    app.command("check-in")(check_in)
    app.command()(cancel)
    app.command()(undo)


def book(
    minutes: Annotated[
        int | None,
        typer.Argument(metavar="MINUTES", min=_SHORTEST, max=_LONGEST, help="5 to 720; none with --until-next."),
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Default: the room's usual one.")] = "",
    until_next: Annotated[bool, typer.Option("--until-next", help="Until the next meeting begins.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Book the room from now on.

    Nobody is invited. Waits for the calendar server; what it refuses is not booked, and ends with status 1.
    """
    if (minutes is None) != until_next:
        raise UsageError("book needs either MINUTES or --until-next.")
    asked = _Asked(config, state_dir, as_json=as_json)
    wanted = minutes if minutes is not None else _until_next(asked.room)
    asked.command("book", {"minutes": wanted, "title": title})
    asked.say(f"The room is booked until {asked.clock(_minute(asked.room), wanted)}.")


def extend(
    minutes: Minutes,
    meeting: Meeting = None,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Let a meeting last longer.

    As long as the room is free after it. The room's copy changes, the organizer's does not.
    """
    asked = _Asked(config, state_dir, as_json=as_json)
    meeting_id = meeting or asked.running()
    asked.command("extend", {"meeting_id": meeting_id, "minutes": minutes})
    before = next(each["end"] for each in asked.room["meetings"] if each["id"] == meeting_id)
    asked.say(f"The meeting now lasts until {asked.clock(datetime.fromisoformat(before), minutes)}.")


def end(meeting: Meeting = None, config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False) -> None:
    """End the meeting that runs.

    Cuts the room's copy to now, so that the room is free again; room-agent undo takes that back for ten minutes.
    """
    asked = _Asked(config, state_dir, as_json=as_json)
    asked.command("end", {"meeting_id": meeting or asked.running()})
    asked.say("The meeting was ended.")


def check_in(
    meeting: Meeting = None, config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False
) -> None:
    """Say that somebody is there.

    For a meeting that runs or is about to begin, where people are asked to check in.
    """
    asked = _Asked(config, state_dir, as_json=as_json)
    asked.command("check-in", {"meeting_id": meeting or asked.running("check-in")})
    asked.say("Checked in.")


def cancel(
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help="The id of something that was booked here.")],
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Cancel what was booked here.

    Only what was booked on this screen or with room-agent book; the organizer cancels all else.
    """
    asked = _Asked(config, state_dir, as_json=as_json)
    asked.command("cancel", {"meeting_id": meeting})
    asked.say("The booking was cancelled.")


def undo(
    command_id: Annotated[
        str | None, typer.Argument(metavar="COMMAND", help="A command's id. Default: the last one.")
    ] = None,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Take a command back.

    Within ten minutes: a booking, an extension, an end, a cancellation or a release.
    """
    asked = _Asked(config, state_dir, as_json=as_json)
    asked.command("undo", {"command_id": command_id or _last(asked.room)})
    asked.say("It was taken back.")


class _Asked:
    """The running agent, and what it was asked for. `room`: the state before."""

    def __init__(self, config: Path | None, state_dir: Path | None, *, as_json: bool) -> None:
        from agent.app.commanding import RunningAgent

        self._agent = RunningAgent(config, state_dir)
        self._as_json = as_json
        self._state: dict[str, Any] = {}
        self.room = self._agent.room()

    def running(self, action: str = "") -> str:
        """The id of the meeting that is meant where nobody names one."""
        able = (each["id"] for each in self.room["meetings"] if action in each["actions"])
        found: str | None = self.room["current"] or next(able, None)
        if found is None:
            raise RoomAgentError("meeting.not_running", "No meeting runs now; name one by its id in meetings --json.")
        return found

    def command(self, name: str, body: dict[str, Any]) -> None:
        """Send it and wait. Raises RoomAgentError where it was not done, or not yet."""
        self._state = self._agent.command(name, body)
        if self._as_json:
            print(json.dumps(self._state, ensure_ascii=False))
        problem = self._state["problem"]
        if problem is not None:
            raise RoomAgentError(problem["code"], f"{problem['title']}. {problem['detail']}")
        if self._state["state"] == "pending":
            raise RoomAgentError(
                "command.pending",
                "The calendar server has not answered yet. It is tried for a quarter of an hour; room-agent audit says "
                "what became of it.",
            )

    def say(self, sentence: str) -> None:
        """One line for people."""
        if not self._as_json:
            print(sentence)

    def clock(self, instant: datetime, minutes: int) -> str:
        """The time so many minutes later, by the room's clock."""
        return f"{(instant + minutes * _MINUTE).astimezone(ZoneInfo(self.room['room']['timezone'])):%H:%M}"


def _until_next(room: dict[str, Any]) -> int:
    if room["free_until"] is None:
        raise RoomAgentError("book.conflict", "The room is taken, or no meeting follows today; say how many minutes.")
    minutes: int = (datetime.fromisoformat(room["free_until"]) - _minute(room)) // _MINUTE
    if minutes < _SHORTEST:
        raise RoomAgentError("book.conflict", f"The next meeting begins in less than {_SHORTEST} minutes.")
    return min(_LONGEST, minutes)


def _minute(room: dict[str, Any]) -> datetime:
    """The minute that runs."""
    return datetime.fromisoformat(room["now"]).replace(second=0)


def _last(room: dict[str, Any]) -> str:
    found = [each for each in room["notices"] if each["action"] and each["action"]["command"] == "undo"]
    if not found:
        raise RoomAgentError("undo.nothing", "Nothing was done lately that can be taken back.")
    command_id: str = max(found, key=lambda each: each["since"])["action"]["body"]["command_id"]
    return command_id
