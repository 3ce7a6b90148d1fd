"""`kill -9` at any moment of a box that writes into the demo Exchange over EWS: every booking is there, each once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from agent.demo.server import DemoServer
from agent.model.control import OpState
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from agent.system.clock import SystemClock
from tests.fakes.exchange import ROOM, make_world
from tests.marks import LONG
from tests.system.outbox_killed import FIRST

BOX = "tests.system.outbox_killed"


@pytest.mark.parametrize("count", [40, LONG(200)])
def test_every_write_of_a_box_that_is_killed_again_and_again_takes_effect_once(count: int, tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    clock = SystemClock()
    with DemoServer(make_world(clock), directory=tmp_path / "server") as server:
        command = [sys.executable, "-W", "error", "-m", BOX]
        arguments = [str(tmp_path), server.http_url, str(count), str(seed)]
        ended = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=600, check=False)
        assert ended.returncode == 0, (seed, ended.stderr[-2000:])
        items = server.world.calendar(ROOM).items()
    kills = int(ended.stdout.splitlines()[-1])
    assert kills, seed
    assert Counter(item.booking.subject for item in items) == {f"booking {number}": 1 for number in range(count)}, seed
    store = open_store(tmp_path, ROOM)
    states = Counter(each.state for each in store.outbox.finished(FIRST.replace(year=2020)))
    store.close()
    assert states == {OpState.DONE: count}, seed
    log = AuditLog(tmp_path / "audit.jsonl", clock)
    assert Counter(entry.facts["answer"] for entry in log.entries(1000) if entry.act == "room.book") == {"done": count}
    assert log.verify().intact
