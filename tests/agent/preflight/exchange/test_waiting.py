"""A mailbox that is not ready yet: waited for, within bounds, and telling so."""

from __future__ import annotations

import pytest

from agent.config import Config
from agent.model.preflight import Finding, Status
from agent.preflight.context import Notes, Target
from agent.preflight.mailbox.exists import EVERY_S, WAIT_S, Exists, really
from agent.preflight.mailbox.visit import Visit
from tests.agent.preflight.exchange.looking import Heard, by_graph, by_password
from tests.fakes.exchange import ROOM, DemoExchange

BOTH = pytest.mark.parametrize("source", ["ews", "graph"])


class Patience:
    """Lets the clock go on instead of waiting; the mailbox is there after so many waits."""

    def __init__(self, demo: DemoExchange, ready_after: int | None = None, cancel_after: int | None = None) -> None:
        self.waits: list[float] = []
        self._demo, self._ready_after, self._cancel_after = demo, ready_after, cancel_after

    def __call__(self, _notes: Notes, seconds: float) -> bool:
        self.waits.append(seconds)
        self._demo.clock.advance(seconds)
        if len(self.waits) == self._ready_after:
            self._demo.world.directory.without_mailbox.clear()
        return len(self.waits) != self._cancel_after


def found(demo: DemoExchange, source: str, patience: Patience, notes: Notes, *, wait: bool = True) -> Finding:
    account = by_graph(demo) if source == "graph" else by_password(demo)
    visit = Visit(account, demo.clock)
    try:
        return Exists(visit, (), patience)(
            Target(config=Config.default(), clock=demo.clock, account=account, wait=wait), notes
        )
    finally:
        visit.close()


@BOTH
def test_a_mailbox_that_becomes_ready_is_waited_for(demo_exchange: DemoExchange, source: str) -> None:
    demo_exchange.world.directory.without_mailbox.add(ROOM)
    patience, notes = Patience(demo_exchange, ready_after=3), Heard()
    finding = found(demo_exchange, source, patience, notes)
    assert (finding.status, finding.code) == (Status.PASS, "mailbox.exists")
    assert patience.waits == [EVERY_S] * 3
    assert [(id_, said.code) for id_, said in notes.said] == [("mailbox.exists", "mailbox.waiting")] * 3
    assert notes.said[0][1].values["minutes"] == "15"


@pytest.mark.parametrize(
    ("source", "code"),
    [("ews", "mailbox.none_on_prem"), ("graph", "mailbox.none_online")],
)
def test_one_that_never_comes_lacks_what_its_world_asks_for(
    demo_exchange: DemoExchange, source: str, code: str
) -> None:
    demo_exchange.world.directory.without_mailbox.add(ROOM)
    patience = Patience(demo_exchange)
    finding = found(demo_exchange, source, patience, Heard())
    assert (finding.status, finding.code) == (Status.FAIL, code)
    assert sum(patience.waits) == WAIT_S
    assert finding.command is not None
    assert ROOM in finding.command


@BOTH
def test_who_does_not_want_to_wait_is_told_at_once(demo_exchange: DemoExchange, source: str) -> None:
    demo_exchange.world.directory.without_mailbox.add(ROOM)
    patience = Patience(demo_exchange)
    finding = found(demo_exchange, source, patience, Heard(), wait=False)
    assert (finding.status, finding.code, patience.waits) == (Status.FAIL, "mailbox.not_ready", [])


def test_a_cancelled_wait_ends_at_once(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.directory.without_mailbox.add(ROOM)
    patience = Patience(demo_exchange, cancel_after=1)
    assert found(demo_exchange, "graph", patience, Heard()).code == "mailbox.not_ready"
    assert len(patience.waits) == 1
    notes = Notes()
    notes.cancelled.set()
    assert really(notes, 900) is False


def test_an_unknown_address_is_not_waited_for(demo_exchange: DemoExchange) -> None:
    patience = Patience(demo_exchange)
    account = by_graph(demo_exchange, mailbox="nobody@contoso.example")
    visit = Visit(account, demo_exchange.clock)
    target = Target(config=Config.default(), clock=demo_exchange.clock, account=account, wait=True)
    assert Exists(visit, (), patience)(target, Heard()).code == "mailbox.unknown"
    assert patience.waits == []
    visit.close()
