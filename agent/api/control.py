"""The commands that change the room's calendar, and what takes a command back."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from pydantic import Field, field_validator

from agent.api.parts import Parts
from agent.api.peer import Role
from agent.api.room import Body, Whole, ready_state
from agent.control.room import SCREEN, RoomControl, Work
from agent.errors import CommandError
from agent.state.acts import BOOK, CANCEL, CHECK_IN, END, EXTEND
from agent.state.commands import new_command_id
from agent.state.hot_desk import UNDO, nothing_to_undo
from agent.wire import FRONT_HEADER

LEAST_MINUTES, MOST_MINUTES = 5, 720
LONGEST_TITLE = 100
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes a text look like another one: directions that are forced upon it."""
LOCAL = "local"
"""The actor that is a program of this machine, or its administrator at a shell."""


class BookBody(Body):
    minutes: Whole = Field(ge=LEAST_MINUTES, le=MOST_MINUTES)
    title: str = Field(default="", max_length=LONGEST_TITLE)

    @field_validator("title")
    @classmethod
    def is_one_line(cls, value: str) -> str:
        """Without characters that nobody sees."""
        if any(each in _TURNS_TEXT or unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in value):
            msg = "expected one line of text"
            raise ValueError(msg)
        return value.strip()


class MeetingBody(Body):
    meeting_id: str = Field(min_length=1, max_length=100)


class ExtendBody(MeetingBody):
    minutes: Whole = Field(ge=LEAST_MINUTES, le=MOST_MINUTES)


class UndoBody(Body):
    command_id: str = Field(min_length=1, max_length=64)


def control_routes(parts: Parts) -> APIRouter:
    """Routes over room control. A command that is accepted is on the disk and on the screen; it is pending until the
    calendar server has answered."""
    router = APIRouter(prefix="/api/v1/commands")

    async def accepted(name: str, begin: Callable[[str], Awaitable[Work]]) -> dict[str, str]:
        ready_state(parts)
        command_id = new_command_id()
        work = await begin(command_id)
        return {"id": parts.commands.accept(name, lambda _: work(), command_id)}

    @router.post("/book", status_code=202)
    async def book(body: BookBody, request: Request) -> dict[str, str]:
        control, actor = _control(parts), _actor(request)
        return await accepted(BOOK, lambda command_id: control.book(body.minutes, body.title, actor, command_id))

    @router.post("/extend", status_code=202)
    async def extend(body: ExtendBody, request: Request) -> dict[str, str]:
        control, actor = _control(parts), _actor(request)
        return await accepted(
            EXTEND, lambda command_id: control.extend(body.meeting_id, body.minutes, actor, command_id)
        )

    @router.post("/end", status_code=202)
    async def end(body: MeetingBody, request: Request) -> dict[str, str]:
        control, actor = _control(parts), _actor(request)
        return await accepted(END, lambda command_id: control.end(body.meeting_id, actor, command_id))

    @router.post("/cancel", status_code=202)
    async def cancel(body: MeetingBody, request: Request) -> dict[str, str]:
        control, actor = _control(parts), _actor(request)
        return await accepted(CANCEL, lambda command_id: control.cancel(body.meeting_id, actor, command_id))

    @router.post("/check-in", status_code=202)
    async def check_in(body: MeetingBody, request: Request) -> dict[str, str]:
        control, actor = _control(parts), _actor(request)
        return await accepted(CHECK_IN, lambda command_id: control.check_in(body.meeting_id, actor, command_id))

    @router.post("/undo", status_code=202)
    async def undo(body: UndoBody, request: Request) -> dict[str, str]:
        return await accepted(UNDO, lambda command_id: _undo(parts, body.command_id, _actor(request), command_id))

    return router


async def _undo(parts: Parts, undone: str, actor: str, command_id: str) -> Work:
    """Another mailbox that is shown goes; else what was done to the room's calendar is taken back."""
    if parts.hot_desk is None and parts.control is None:
        raise CommandError("command.not_offered", "Nothing can be taken back here.", 404)
    if parts.hot_desk is not None:
        try:
            await parts.hot_desk.undo(undone)
        except CommandError:
            if parts.control is None:
                raise
        else:
            return _done
    if parts.control is None:
        raise nothing_to_undo()
    return await parts.control.undo(undone, actor, command_id)


def _control(parts: Parts) -> RoomControl:
    if parts.control is None:
        raise CommandError("command.not_offered", "This agent changes no calendar.", 404)
    return parts.control


def _actor(request: Request) -> str:
    is_front = request.scope["state"]["role"] is Role.FRONT or FRONT_HEADER in request.headers
    return SCREEN if is_front else LOCAL


async def _done() -> None:
    """It was done before it was accepted."""
