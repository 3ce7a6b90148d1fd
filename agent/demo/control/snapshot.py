"""Everything the control page shows, as one JSON object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from agent import wire
from agent.demo.control.desk import Desk
from agent.demo.control.mail_rows import InboxRow, InvitationRow, MailboxMode, inbox_rows, invitation_rows, mode
from agent.demo.control.ports import ExchangeSwitches, Fault, SeenRequest
from agent.demo.control.rows import MeetingRow, rows
from agent.demo.world import World
from agent.model.directory import Mailbox

RECENT_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSwitch:
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request of the log; `at` is an instant."""

    number: int
    at: str
    operation: str
    mailbox: str
    status: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBoard:
    """`by_operation` since the start, most frequent first; `recent` newest first."""

    total: int
    last_minute: int
    by_operation: dict[str, int]
    recent: list[RequestLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`day` is the one listed, `today` the room's; both `YYYY-MM-DD`. `now` is an instant.

    `waiting`: messages in the room's inbox; `inbox` lists the oldest of them.
    """

    now: str
    today: str
    day: str
    timezone: str
    room: Mailbox
    rooms: list[Mailbox]
    is_up: bool
    faults: list[FaultSwitch]
    meetings: list[MeetingRow]
    mailbox: MailboxMode
    waiting: int
    inbox: list[InboxRow]
    invitations: list[InvitationRow]
    requests: RequestBoard


def snapshot(world: World, exchange: ExchangeSwitches, desk: Desk, day: date) -> Snapshot:
    """The state of things for the desk's room on this day."""
    active = exchange.faults()
    waiting = world.mailbox(desk.room.address).inbox()
    return Snapshot(
        now=wire.instant(world.clock.now()),
        today=desk.today().isoformat(),
        day=day.isoformat(),
        timezone=desk.timezone,
        room=desk.room,
        rooms=[Mailbox(room.name, room.address) for room in world.directory.rooms()],
        is_up=exchange.is_up,
        faults=[FaultSwitch(name=fault, active=fault in active) for fault in Fault],
        meetings=rows(desk.day(day)),
        mailbox=mode(world.mail.handling(desk.room.address)),
        waiting=len(waiting),
        inbox=inbox_rows(waiting),
        invitations=invitation_rows(world, desk.room.address),
        requests=_board(world, exchange),
    )


def _board(world: World, exchange: ExchangeSwitches) -> RequestBoard:
    counts = exchange.counts()
    recent = exchange.recent()
    since = world.clock.now() - timedelta(minutes=1)
    return RequestBoard(
        total=sum(counts.values()),
        last_minute=sum(request.at >= since for request in recent),
        by_operation=dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        recent=[_line(request) for request in recent[:RECENT_SHOWN]],
    )


def _line(request: SeenRequest) -> RequestLine:
    return RequestLine(
        number=request.number,
        at=wire.instant(request.at),
        operation=request.operation,
        mailbox=request.mailbox,
        status=request.status,
        items=request.items,
    )
