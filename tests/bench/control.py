"""What a tap costs: until it is safe in the outbox, and until the server has it, with the look before and after."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from agent.control.pusher import Pusher
from agent.demo.day import fill
from agent.demo.server import DemoServer
from agent.model.control import Act, Kind, NewBooking, NewOperation, OpState, Outcome, Target
from agent.model.event import ItemId, OccurrenceKey
from agent.model.sync import Window
from agent.ports import Clock, WritableCalendar
from agent.sources import open_writer
from agent.sources.ews.settings import Auth, EwsSettings
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from agent.system import logs
from agent.system.clock import SystemClock
from tests.bench.figures import Figure
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, graph_settings, make_world

TAPS = 60
EVENTS = 372
SLOT = timedelta(minutes=30)


@dataclass
class Times:
    """In seconds, a tap each."""

    kept: list[float] = field(default_factory=list)
    booked: list[float] = field(default_factory=list)
    extended: list[float] = field(default_factory=list)


def figures(directory: Path) -> list[Figure]:
    """Over EWS and over Graph, against the demo server in this process, in a calendar as full as a real one."""
    logs.configure("error")
    clock = SystemClock()
    world = make_world(clock)
    now = clock.now()
    fill(world, ROOM, EVENTS, Window(now - timedelta(days=1), now + timedelta(days=14)))
    found: list[Figure] = []
    with DemoServer(world, directory=directory / "server") as server:
        ews = EwsSettings(
            mailbox=ROOM, endpoint=server.http_url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD
        )
        writers = {"EWS": open_writer(ews, clock), "Graph": open_writer(graph_settings(server), clock)}
        for place, (name, writer) in enumerate(writers.items(), 2):
            state = directory / name
            state.mkdir()
            times = asyncio.run(_taps(state, writer, clock, now + timedelta(days=10 * place)))
            found += _figures(name, times)
    return found


def _figures(name: str, times: Times) -> Sequence[Figure]:
    rows: Mapping[str, tuple[list[float], str]] = {
        "tap until it is in the outbox": (times.kept, "a part of 100 ms"),
        "tap until the room is booked": (times.booked, "median 2 s at most"),
        "tap until a meeting is extended": (times.extended, "median 2 s at most"),
    }
    return [
        Figure(f"{what}, {name}", f"median {_ms(values, 50)}, p95 {_ms(values, 95)}", goal)
        for what, (values, goal) in rows.items()
    ]


def _ms(values: Sequence[float], percentile: int) -> str:
    return f"{statistics.quantiles(values, n=100, method='inclusive')[percentile - 1] * 1000:.0f} ms"


async def _taps(state: Path, writer: WritableCalendar, clock: Clock, first: datetime) -> Times:
    """Bookings, and each extended by a quarter of an hour."""
    store = open_store(state, ROOM)
    pusher = Pusher(
        outbox=store.outbox,
        calendar=writer,
        audit=AuditLog(state / "audit.jsonl", clock),
        clock=clock,
        may_try=lambda: None,
        item_of=lambda _: None,
        turned=lambda _: None,
        chance=Random(1),
    )
    task, times = asyncio.create_task(pusher.run()), Times()
    for number in range(TAPS):
        start = (first + 2 * number * SLOT).replace(microsecond=0)
        meeting, expires = f"m{number}", clock.now() + SLOT
        booking = NewBooking(start=start, end=start + SLOT, subject="Ad-hoc meeting")
        book = _operation(Act.BOOK, Kind.CREATE, meeting, expires, booking=booking)
        kept, took = await _tap(pusher, book)
        times.kept.append(kept)
        times.booked.append(took)
        target = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=start, end=start + SLOT)
        end = start + SLOT * 3 / 2
        extend = _operation(Act.EXTEND, Kind.SET_END, meeting, expires, target=target, end=end)
        times.extended.append((await _tap(pusher, extend))[1])
    task.cancel()
    await asyncio.wait([task])
    store.close()
    return times


def _operation(
    act: Act,
    kind: Kind,
    meeting: str,
    expires: datetime,
    *,
    booking: NewBooking | None = None,
    target: Target | None = None,
    end: datetime | None = None,
) -> NewOperation:
    return NewOperation(
        key=str(uuid.uuid4()),
        command_id=str(uuid.uuid4()),
        act=act,
        kind=kind,
        meeting_id=meeting,
        actor="screen",
        reason="bench",
        expires=expires,
        booking=booking,
        target=target,
        end=end,
    )


async def _tap(pusher: Pusher, new: NewOperation) -> tuple[float, float]:
    """Seconds until it is on disk, and until the server has it."""
    begun = time.perf_counter()
    (added,) = await pusher.submit([new])
    kept = time.perf_counter() - begun
    outcome: Outcome = await pusher.ended(added.number)
    assert outcome.state is OpState.DONE, outcome
    return kept, time.perf_counter() - begun
