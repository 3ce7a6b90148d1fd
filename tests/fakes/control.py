"""Room control as the fake core plays it: a command is shown at once as pending, and settled when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.wire import Meeting, Notice, RoomState, instant
from tests.fakes.core import Answer, FakeCore, Sent

COMMANDS = ["join", "refresh", "book", "extend", "end", "cancel", "check-in", "undo"]
DONE = {"book": "Booked", "extend": "Extended", "end": "Ended", "cancel": "Cancelled"}
UNDO_FOR = timedelta(minutes=10)
Change = Callable[[RoomState], RoomState]


class PlayedControl:
    """Takes the commands of a fake core. `waiting`: ids of those that are not settled, the oldest first."""

    def __init__(self, core: FakeCore) -> None:
        self._core = core
        self._befores: dict[str, RoomState] = {}
        self.waiting: list[str] = []
        core.acting = self._take

    def settle(self, code: str | None = None, title: str = "Refused", detail: str = "It stays as it was.") -> None:
        """The server has taken the oldest one (no code), or refused it: then the room is as before, with a notice."""
        command_id = self.waiting.pop(0)
        sent = self._core.commands[int(command_id.removeprefix("c-")) - 1]
        state = self._settled()
        if code is not None:
            self._set(command_id, sent.name, "failed", {"code": code, "title": title, "detail": detail, "since": None})
            failed = f"control.{sent.name}_failed"
            notice = Notice(code=failed, severity="warning", title=title, detail=detail, since=state.now)
            self._core.show(replace(self._befores[command_id], notices=[notice]))
            return
        self._set(command_id, sent.name, "done", None)
        told = [undo_notice(command_id, state, sent.name)] if sent.name in DONE else []
        self._core.show(replace(state, notices=[*told, *state.notices]))

    def _settled(self) -> RoomState:
        state = self._core.state
        return replace(state, meetings=[replace(meeting, pending=False) for meeting in state.meetings])

    def _take(self, sent: Sent, command_id: str) -> Answer | None:
        before = self._core.state
        change = _changes(sent, before)
        if change is None:
            return Answer.problem(404, "meeting.unknown", "Unknown meeting", "It is not in the list.")
        self._befores[command_id] = before
        after = self._befores[sent.payload["command_id"]] if sent.name == "undo" else change(before)
        if sent.name == "check-in":
            self._set(command_id, sent.name, "done", None)
        else:
            self._set(command_id, sent.name, "pending", None)
            self.waiting.append(command_id)
        self._core.show(after)
        return None

    def _set(self, command_id: str, name: str, state: str, problem: Mapping[str, Any] | None) -> None:
        self._core.command_states[command_id] = {"id": command_id, "name": name, "state": state, "problem": problem}


def undo_notice(command_id: str, state: RoomState, name: str) -> Notice:
    """That something was done, and one tap to take it back."""
    until = datetime.fromisoformat(state.now) + UNDO_FOR
    action = {"command": "undo", "body": {"command_id": command_id}, "until": instant(until)}
    title, detail = DONE[name], "You can take this back."
    return Notice(
        code=f"control.{name}_done", severity="info", title=title, detail=detail, since=state.now, action=action
    )


def _changes(sent: Sent, state: RoomState) -> Change | None:
    if sent.name in ("book", "undo"):
        return lambda shown: _booked(shown, sent.payload.get("minutes", 0))
    meeting = next((each for each in state.meetings if each.id == sent.payload["meeting_id"]), None)
    if meeting is None:
        return None
    return {
        "extend": lambda shown: _with(shown, _longer(meeting, sent.payload["minutes"])),
        "end": lambda shown: _with(shown, _cut(meeting, shown.now)),
        "cancel": lambda shown: replace(shown, meetings=[each for each in shown.meetings if each.id != meeting.id]),
        "check-in": lambda shown: _with(shown, _attended(meeting)),
    }[sent.name]


def _with(state: RoomState, changed: Meeting) -> RoomState:
    return replace(state, meetings=[changed if each.id == changed.id else each for each in state.meetings])


def _longer(meeting: Meeting, minutes: int) -> Meeting:
    end = datetime.fromisoformat(meeting.end) + timedelta(minutes=minutes)
    return replace(meeting, end=instant(end), pending=True, extend_until=None, actions=["end"])


def _cut(meeting: Meeting, now: str) -> Meeting:
    return replace(meeting, end=now, phase="ended", pending=True, extend_until=None, actions=[])


def _attended(meeting: Meeting) -> Meeting:
    actions = [name for name in meeting.actions if name != "check-in"]
    return replace(meeting, checked_in=True, release_at=None, actions=actions)


def _booked(state: RoomState, minutes: int) -> RoomState:
    start = datetime.fromisoformat(state.now).astimezone(UTC).replace(second=0)
    made = Meeting(
        id="made",
        subject="Ad-hoc meeting",
        organizer=state.room.name,
        start=instant(start),
        end=instant(start + timedelta(minutes=minutes)),
        all_day=False,
        private=False,
        tentative=False,
        free=False,
        phase="now",
        joinable_from=instant(start),
        conflict=False,
        checked_in=None,
        release_at=None,
        join=None,
        no_join_reason="not_online",
        actions=["end", "cancel"],
        pending=True,
    )
    return replace(state, meetings=sorted([*state.meetings, made], key=lambda each: each.start))
