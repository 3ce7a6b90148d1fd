"""The control page's JSON API. The page uses it, and so may tests and scripts on this machine.

`GET /api/state?room=ADDRESS&day=YYYY-MM-DD` gives a `Snapshot`; room and day may be left out. It carries an ETag that
does not count `now`; asked again with If-None-Match it answers 304 when nothing else changed.

Everything else is a POST with the token of `<meta name="control-token">` in `X-Room-Agent-Token`; `?room=` as above:

    /api/meetings                 BookBody    201 {"id"}
    /api/meetings/{id}/move       MoveBody    200 {"id"}
    /api/meetings/{id}/rename     RenameBody  200 {"id"}
    /api/meetings/{id}/cancel     ScopeBody   200 {"id"}
    /api/meetings/{id}/delete     ScopeBody   204
    /api/meetings/{id}/series     Repeat      200 {"id"}
    /api/mailbox                  MailboxBody 204, who answers meeting requests from now on
    /api/inbox                    NoteBody    201, a plain message to the room
    /api/inbox/{id}/answer        AnswerBody  204, a person answers a request in the room's mailbox
    /api/inbox/{id}/remove                    204, the message is deleted; a cancellation takes its meeting along
    /api/exchange/down, /up                   204
    /api/faults/{name}            FaultBody   204
    /api/heal                                 204, all faults off and Exchange up
    /api/reset                                204, a fresh day in the room

A meeting's id is that of the room's item, or of an invitation in the snapshot. Where the mailbox answers nothing by
itself (`processing` none), an organizer's actions wait in the room's inbox until somebody answers them there.

What cannot be done answers problem+json with a stable `code`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from agent.demo.control.bodies import (
    AnswerBody,
    BookBody,
    Day,
    FaultBody,
    MailboxBody,
    MoveBody,
    NoteBody,
    RenameBody,
    Repeat,
    ScopeBody,
)
from agent.demo.control.desk import Desk
from agent.demo.control.inbox import Inbox
from agent.demo.control.ports import ExchangeSwitches, Fault
from agent.demo.control.rows import item_id, path_id
from agent.demo.control.settings import ControlSettings
from agent.demo.control.snapshot import Snapshot, snapshot
from agent.demo.day import reset_day
from agent.demo.world import World
from agent.model.event import ItemId

Room = Annotated[str | None, Query(description="address of a room; the home screen's when left out")]


class MeetingId(BaseModel):
    """The meeting as it is known from now on."""

    id: str


@dataclass(frozen=True, slots=True)
class Api:
    """The endpoints, over one organisation and its server."""

    world: World
    exchange: ExchangeSwitches
    settings: ControlSettings

    def state(self, request: Request, room: Room = None, day: Day | None = None) -> Response:
        """What the page shows; 304 when nothing but the time changed."""
        desk = self._desk(room)
        shown = snapshot(self.world, self.exchange, desk, day or desk.today())
        headers = {"ETag": _etag(shown)}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(json.dumps(asdict(shown)), headers=headers, media_type="application/json")

    def book(self, body: BookBody, room: Room = None) -> MeetingId:
        """Have an organizer invite the room."""
        return _known_as(self._desk(room).book(body))

    def move(self, meeting_id: str, body: MoveBody, room: Room = None) -> MeetingId:
        """Move a meeting or its series."""
        return _known_as(self._desk(room).move(item_id(meeting_id), body))

    def rename(self, meeting_id: str, body: RenameBody, room: Room = None) -> MeetingId:
        """Give a meeting or its series another subject."""
        return _known_as(self._desk(room).rename(item_id(meeting_id), body.subject, body.scope))

    def cancel(self, meeting_id: str, body: ScopeBody, room: Room = None) -> MeetingId:
        """Cancel as the organizer: the item stays in the calendar, flagged."""
        return _known_as(self._desk(room).cancel(item_id(meeting_id), body.scope))

    def delete(self, meeting_id: str, body: ScopeBody, room: Room = None) -> None:
        """Remove the item from the calendar."""
        self._desk(room).delete(item_id(meeting_id), body.scope)

    def make_series(self, meeting_id: str, body: Repeat, room: Room = None) -> MeetingId:
        """Let a single meeting repeat."""
        return _known_as(self._desk(room).make_series(item_id(meeting_id), body))

    def set_mailbox(self, body: MailboxBody, room: Room = None) -> None:
        """Say who answers meeting requests."""
        self._inbox(room).set_mode(body)

    def receive(self, body: NoteBody, room: Room = None) -> None:
        """Have somebody write to the room."""
        self._inbox(room).receive(body)

    def answer(self, message_id: str, body: AnswerBody, room: Room = None) -> None:
        """Answer a request by hand."""
        self._inbox(room).answer(item_id(message_id), body)

    def remove(self, message_id: str, room: Room = None) -> None:
        """Delete a message, a cancellation with its meeting."""
        self._inbox(room).remove(item_id(message_id))

    def take_down(self) -> None:
        """Exchange refuses connections."""
        self.exchange.take_down()

    def bring_back(self) -> None:
        """Exchange takes connections again."""
        self.exchange.bring_back()

    def set_fault(self, name: Fault, body: Annotated[FaultBody, Body()] = FaultBody()) -> None:  # noqa: B008  frozen
        """Switch a fault on or off."""
        self.exchange.set_fault(name, body.active)

    def heal(self) -> None:
        """All faults off, Exchange up."""
        self.exchange.heal()

    def reset(self, room: Room = None) -> None:
        """A fresh day around now in the room, everything booked before gone."""
        reset_day(self.world, self._desk(room).room.address, self.settings.timezone, self.world.clock.now())

    def _desk(self, room: str | None) -> Desk:
        return Desk(self.world, room or self.settings.room, self.settings.timezone)

    def _inbox(self, room: str | None) -> Inbox:
        return Inbox(self.world, self._desk(room), self.settings.by_box)


def api_router(api: Api) -> APIRouter:
    """The routes of the table above, under `/api`."""
    router = APIRouter(prefix="/api")
    router.add_api_route("/state", api.state, response_model=Snapshot)
    router.add_api_route("/meetings", api.book, methods=["POST"], status_code=201)
    for name, endpoint in (
        ("move", api.move),
        ("rename", api.rename),
        ("cancel", api.cancel),
        ("series", api.make_series),
    ):
        router.add_api_route(f"/meetings/{{meeting_id}}/{name}", endpoint, methods=["POST"])
    router.add_api_route("/meetings/{meeting_id}/delete", api.delete, methods=["POST"], status_code=204)
    router.add_api_route("/mailbox", api.set_mailbox, methods=["POST"], status_code=204)
    router.add_api_route("/inbox", api.receive, methods=["POST"], status_code=201)
    router.add_api_route("/inbox/{message_id}/answer", api.answer, methods=["POST"], status_code=204)
    router.add_api_route("/inbox/{message_id}/remove", api.remove, methods=["POST"], status_code=204)
    for path, switch in (
        ("/exchange/down", api.take_down),
        ("/exchange/up", api.bring_back),
        ("/faults/{name}", api.set_fault),
        ("/heal", api.heal),
        ("/reset", api.reset),
    ):
        router.add_api_route(path, switch, methods=["POST"], status_code=204)
    return router


def _known_as(meeting: ItemId) -> MeetingId:
    return MeetingId(id=path_id(meeting))


def _etag(state: Snapshot) -> str:
    lasting = json.dumps(asdict(replace(state, now="")), sort_keys=True)
    return f'"{hashlib.sha256(lasting.encode()).hexdigest()[:32]}"'
