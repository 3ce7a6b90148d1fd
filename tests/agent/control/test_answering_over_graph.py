"""The worker against the demo's Graph, where the calendar has what is asked for before anybody answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.control.answering import Answering
from agent.control.request_policy import RequestPolicy
from agent.demo.server import DemoServer
from agent.model.event import Response
from agent.sources.graph.writing import GraphWriter
from tests.agent.control.test_answering_over_ews import MANY, PER_SECOND, look_once
from tests.agent.sources.graph.test_inbox import GraphPost
from tests.contracts.request_box import TEN
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import graph_settings, make_world


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def post(tmp_path: Path, clock: FakeClock) -> Iterator[GraphPost]:
    with DemoServer(make_world(clock), directory=tmp_path / "certificates") as server:
        post = GraphPost(server, clock)
        yield post
        post.close()


def work_through(post: GraphPost, clock: FakeClock, folder: Path) -> Answering:
    return look_once(post.box(), GraphWriter(graph_settings(post.server), clock), clock, folder, RequestPolicy())


def invite_many(post: GraphPost, clock: FakeClock, count: int) -> None:
    """The second half asks for the times of the first."""
    for number in range(count):
        post.invite(f"meeting {number}", TEN + timedelta(minutes=30 * (number % (count // 2))))
        clock.advance(1)


def test_the_oldest_is_accepted_though_the_calendar_has_younger_ones(
    post: GraphPost, clock: FakeClock, tmp_path: Path
) -> None:
    invite_many(post, clock, 110)
    worker = work_through(post, clock, tmp_path)
    assert worker.health().answered == {"requests.accepted": 55, "requests.conflict": 55}
    assert [told.response for told in post.told()] == [Response.ACCEPTED] * 55 + [Response.DECLINED] * 55
    assert post.inbox() == 0


@pytest.mark.long
def test_five_hundred_requests_are_answered_at_ten_a_second(post: GraphPost, clock: FakeClock, tmp_path: Path) -> None:
    invite_many(post, clock, MANY)
    begun = time.monotonic()
    work_through(post, clock, tmp_path)
    took = time.monotonic() - begun
    assert len(post.told()) == MANY
    assert took < MANY / PER_SECOND, f"{MANY / took:.0f} requests a second"
