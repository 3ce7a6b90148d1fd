"""The worker against the demo Exchange: the whole play, and how fast it is."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from agent.control.answering import Answering
from agent.control.reasons import catalogue
from agent.control.request_policy import RequestPolicy
from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.model.event import Response
from agent.ports import RequestBox, WritableCalendar
from agent.sources import open_writer
from agent.store.answers import SqliteAnswers
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from tests.agent.sources.ews.post import DemoPost
from tests.contracts.request_box import DAILY, TEN, Told, at
from tests.fakes.clock import FakeClock

SENTENCES = catalogue("en")
MANY, PER_SECOND = 500, 10.0


@pytest.fixture
def post(tmp_path: Path) -> Iterator[DemoPost]:
    clock = FakeClock()
    with DemoServer(World(clock), directory=tmp_path / "certificates") as server:
        post = DemoPost(server, clock)
        yield post
        post.close()


def work_through(post: DemoPost, folder: Path, policy: RequestPolicy) -> Answering:
    """One look at the inbox, by a process of its own."""
    return look_once(post.box(), open_writer(post.settings(), post.clock), post.clock, folder, policy)


def look_once(
    box: RequestBox, writer: WritableCalendar, clock: FakeClock, folder: Path, policy: RequestPolicy
) -> Answering:

    async def run() -> Answering:
        store = open_store(folder, "sjroom@contoso.example")
        resting = asyncio.Event()

        async def sleep(_: float) -> None:
            resting.set()
            await asyncio.Event().wait()

        worker = Answering(
            box=box,
            taken=writer.taken,
            policy=policy,
            zone=ZoneInfo("America/Los_Angeles"),
            store=SqliteAnswers(store._database),
            audit=AuditLog(folder / "audit.jsonl", clock),
            clock=clock,
            chance=Random(1),
            sleep=sleep,
        )
        task = asyncio.create_task(worker.run())
        await asyncio.wait_for(resting.wait(), 300)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        writer.close()
        store.close()
        return worker

    return asyncio.run(run())


def test_the_whole_play(post: DemoPost, tmp_path: Path) -> None:
    policy = RequestPolicy(share=34)
    post.invite("first")
    post.invite("too late")
    post.invite("daily", at(10), recurrence=DAILY)
    post.invite("far away", TEN + timedelta(days=400))
    post.invite("moving", at(14))
    post.invite("ending", at(16))
    assert work_through(post, tmp_path, policy).health().failing is None
    post.update("moving", at(18))
    post.cancel("ending")
    post.invite("at two", at(14))
    post.invite("at four", at(16))
    post.invite("at six", at(18))
    work_through(post, tmp_path, policy)
    assert [(subject, start) for subject, start, _ in post.kept()] == [
        ("first", TEN),
        ("at two", at(14)),
        ("at four", at(16)),
        ("moving", at(18)),
        ("daily", at(10, day=1)),
        ("daily", at(10, day=2)),
    ]
    too_far = SENTENCES["requests.too_far"].format(days=180)
    assert [told for told in post.told() if told.response is Response.DECLINED] == [
        Told("too late", Response.DECLINED, SENTENCES["requests.conflict"]),
        Told("daily", Response.DECLINED, SENTENCES["requests.some_declined"], TEN),
        Told("far away", Response.DECLINED, too_far),
        Told("at six", Response.DECLINED, SENTENCES["requests.conflict"]),
    ]
    assert list(post.world.mailbox("sjroom@contoso.example").inbox()) == []


def invite_many(post: DemoPost, count: int) -> None:
    """Two for each half hour."""
    for number in range(count):
        post.invite(f"meeting {number}", TEN + timedelta(minutes=30 * (number // 2)))


def test_a_page_of_requests_costs_little_more_than_their_answers(post: DemoPost, tmp_path: Path) -> None:
    invite_many(post, 120)
    worker = work_through(post, tmp_path, RequestPolicy())
    assert worker.health().answered == {"requests.accepted": 60, "requests.conflict": 60}
    operations = Counter(str(record.operation) for record in post.server.requests.records())
    assert operations["CreateItem"] == 120
    assert operations.total() <= 120 + 5 * 3


@pytest.mark.long
def test_five_hundred_requests_are_answered_at_ten_a_second(post: DemoPost, tmp_path: Path) -> None:
    invite_many(post, MANY)
    begun = time.monotonic()
    work_through(post, tmp_path, RequestPolicy())
    took = time.monotonic() - begun
    assert [told.response for told in post.told()] == [Response.ACCEPTED, Response.DECLINED] * (MANY // 2)
    assert took < MANY / PER_SECOND, f"{MANY / took:.0f} requests a second"
