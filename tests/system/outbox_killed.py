"""A box that books a room again and again, killed at any moment. Run as a program, which says how often it was killed.

    python -m tests.system.outbox_killed FOLDER URL COUNT SEED

The bookings are put into the outbox once; then processes try to send them, each until it is killed or all have ended.
A process is forked from this one, so that it begins at once: what it inherits are loaded modules and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from agent.control.pusher import Pusher
from agent.model.control import Act, Kind, NewBooking, NewOperation
from agent.sources import open_writer
from agent.sources.deferred import DeferredWriter
from agent.sources.ews.settings import Auth, EwsSettings
from agent.store.audit import AuditLog
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from agent.system.clock import SystemClock
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM

FIRST = datetime(2027, 1, 4, tzinfo=UTC)
SLOT = timedelta(minutes=30)
SHORTEST_S, LONGEST_S = 0.05, 0.6
"""How long a process lives."""


def bookings(count: int) -> list[NewOperation]:
    """One after the other."""
    expires = SystemClock().now() + timedelta(hours=2)
    return [
        NewOperation(
            key=str(uuid.uuid4()),
            command_id=str(uuid.uuid4()),
            act=Act.BOOK,
            kind=Kind.CREATE,
            meeting_id=f"m{number}",
            actor="screen",
            reason="test",
            expires=expires,
            booking=NewBooking(
                start=FIRST + number * SLOT, end=FIRST + (number + 1) * SLOT, subject=f"booking {number}"
            ),
        )
        for number in range(count)
    ]


async def send(store: SqliteCalendarStore, folder: Path, url: str) -> None:
    """A process's life, if nobody ends it."""
    clock = SystemClock()
    settings = EwsSettings(mailbox=ROOM, endpoint=url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD)
    pusher = Pusher(
        outbox=store.outbox,
        calendar=DeferredWriter("ews", lambda: open_writer(settings, clock)),
        audit=AuditLog(folder / "audit.jsonl", clock),
        clock=clock,
        may_try=lambda: None,
        item_of=lambda _: None,
        turned=lambda _: None,
        chance=Random(1),
    )
    task = asyncio.create_task(pusher.run())
    while store.outbox.waiting() or store.outbox.unaudited():
        assert not task.done()
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])


def life(folder: Path, url: str) -> None:
    store = open_store(folder, ROOM)
    asyncio.run(send(store, folder, url))
    os._exit(0)


def killed(folder: Path, url: str, chance: Random) -> bool:
    """Whether a process had to be killed before it was done."""
    child = os.fork()
    if child == 0:
        try:
            life(folder, url)
        except BaseException:  # noqa: BLE001  # a fork must not go on as its parent
            traceback.print_exc()
            os._exit(1)
    ends = time.monotonic() + chance.uniform(SHORTEST_S, LONGEST_S)
    while time.monotonic() < ends:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            assert status == 0, status
            return False
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main(folder: Path, url: str, count: int, seed: int) -> None:
    import agent.sources.ews.writing  # noqa: F401, PLC0415  loaded once for all of them

    store = open_store(folder, ROOM)
    store.outbox.add(bookings(count), SystemClock().now())
    store.close()
    chance, kills = Random(seed), 0
    while killed(folder, url, chance):
        kills += 1
    sys.stdout.write(f"{kills}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
