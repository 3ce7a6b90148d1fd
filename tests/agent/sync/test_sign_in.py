"""A refused secret is tried twice, then once in 15 minutes, whatever happens around it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from agent.errors import AccessDenied, ConfigError, RoomAgentError, SignInFailed, SourceUnavailable, StoreError
from agent.ports import CalendarStore
from agent.store.opening import open_store
from agent.sync.rejections import load, rejected
from agent.sync.report import PullReport
from agent.sync.schedule import wait_after
from agent.sync.sign_in import NOTE, SignInGuard
from tests.fakes.clock import FakeClock
from tests.fakes.source import NotLookedAt
from tests.fakes.store import MemoryStore

REFUSED = SignInFailed("calendar.sign_in_failed", "401")
DOWN = SourceUnavailable("calendar.unreachable", "refused")
DENIED = AccessDenied("calendar.impersonation_denied", "no right")


class Server(NotLookedAt):
    """Counts who signs in, and refuses all but one password."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.right = "right"
        self.password = "wrong"
        self.error: RoomAgentError | None = None
        self.tries: list[tuple[float, str]] = []

    def secret(self) -> str:
        return f"mailboxservice\0{self.password}"

    def pull(self) -> PullReport:
        now = self.clock.now()
        if self.error is not None:
            return PullReport(ok=False, started=now, error=self.error, requests=1)
        self.tries.append((self.clock.monotonic(), self.password))
        if self.password != self.right:
            return PullReport(ok=False, started=now, error=REFUSED, requests=1)
        return PullReport(ok=True, started=now, requests=1)


class Rig:
    """A guard and the schedule that asks it, without threads."""

    def __init__(self, store: CalendarStore | None = None) -> None:
        self.clock = FakeClock()
        self.store = store or MemoryStore()
        self.server = Server(self.clock)
        self.chance = Random(5)
        self.start()

    def start(self) -> None:
        """As after a restart: nothing but the store remains."""
        self.guard = SignInGuard(self.server, self.store, self.clock, self.server.secret, self.chance)

    def live(self, seconds: float) -> PullReport:
        """Rounds as the schedule wants them, for so long."""
        end = self.clock.monotonic() + seconds
        failures = 0
        while True:
            report = self.guard.pull()
            failures = 0 if report.ok else failures + 1
            wait = wait_after(report, failures, poll_s=30, chance=self.chance).poll_s
            if self.clock.monotonic() + wait > end:
                return report
            self.clock.advance(wait)

    @property
    def times(self) -> list[float]:
        first = self.server.tries[0][0]
        return [time - first for time, _ in self.server.tries]


def test_refused_secret_is_tried_again_after_a_minute_then_every_quarter_of_an_hour() -> None:
    rig = Rig()
    rig.live(3600)
    gaps = [later - sooner for sooner, later in zip(rig.times, rig.times[1:], strict=False)]
    assert 60 <= gaps[0] <= 90
    assert all(900 <= gap <= 1050 for gap in gaps[1:])
    assert len(gaps) in (4, 5)


def test_sporadic_refusal_heals_within_130_seconds() -> None:
    rig = Rig()
    rig.guard.pull()
    rig.server.right = "wrong"
    assert rig.live(130).ok
    rig.server.right = "right"
    before = len(rig.server.tries)
    rig.live(130)
    assert len(rig.server.tries) == before + 2  # counted from the beginning again


def test_restarts_do_not_buy_more_tries(tmp_path: Path) -> None:
    store = open_store(tmp_path, "room@contoso.example")
    rig = Rig(store)
    for _ in range(20):
        rig.guard.pull()
        rig.clock.advance(100)
        store.close()
        store = rig.store = open_store(tmp_path, "room@contoso.example")
        rig.start()
    store.close()
    assert 3 <= len(rig.server.tries) <= 4  # in 33 minutes: 0, 100 s, 16 min, 31 min


def test_clock_that_was_set_back_before_a_restart_does_not_buy_a_try() -> None:
    rig = Rig()
    rig.live(100)
    assert len(rig.server.tries) == 2
    rig.clock.set(rig.clock.now() - timedelta(days=3000))
    rig.start()
    rig.live(800)
    assert len(rig.server.tries) == 2
    rig.live(200)
    assert len(rig.server.tries) == 3


def test_person_who_asks_again_and_again_causes_no_try() -> None:
    rig = Rig()
    rig.live(100)
    reports = [rig.guard.pull() for _ in range(5)]
    assert len(rig.server.tries) == 2
    assert not any(report.attempted or report.ok for report in reports)
    assert {str(report.error.code) for report in reports if report.error} == {"calendar.sign_in_failed"}


def test_new_secret_is_tried_within_a_minute_and_has_tries_of_its_own() -> None:
    rig = Rig()
    rig.live(400)
    rig.server.password = "other"
    begun = rig.clock.monotonic()
    rig.live(200)
    others = [time for time, password in rig.server.tries if password == "other"]
    assert others[0] - begun <= 60
    assert len(others) == 2


def test_right_secret_heals_at_once_and_leaves_nothing_behind() -> None:
    rig = Rig()
    rig.live(400)
    rig.server.password = "right"
    assert rig.guard.pull().ok
    assert rig.store.note(NOTE) is None


def test_trouble_in_between_does_not_reset_the_count_but_a_sign_in_does() -> None:
    rig = Rig()
    rig.guard.pull()
    rig.clock.advance(70)
    rig.server.error = DOWN
    rig.guard.pull()
    rig.server.error = None
    rig.guard.pull()
    assert rig.guard.pull().rest_s == pytest.approx(900, rel=0.1)
    rig.clock.advance(1000)
    rig.server.error = DENIED
    rig.guard.pull()
    rig.server.error = None
    assert rig.guard.pull().rest_s == pytest.approx(60, rel=0.1)


def test_rule_holds_in_memory_when_the_disk_is_full() -> None:
    store = MemoryStore()
    rig = Rig(store)
    store.fail = StoreError("store.full", "disk full")
    rig.guard.pull()
    assert store.fail is None  # it was tried
    assert store.note(NOTE) is None
    assert not rig.guard.pull().attempted


def test_secret_that_cannot_be_read_is_left_to_the_source() -> None:
    rig = Rig()
    missing = ConfigError("calendar.ews.password_file: no such file")

    def unreadable() -> str:
        raise missing

    rig.server.error = missing
    guard = SignInGuard(rig.server, rig.store, rig.clock, unreadable, rig.chance)
    assert guard.pull().error is missing


def test_note_tells_nothing_about_the_secret() -> None:
    rig = Rig()
    rig.guard.pull()
    note = rig.store.note(NOTE)
    assert note is not None
    assert "wrong" not in note
    assert load(note) is not None
    other = rejected(None, rig.server.secret(), "c", rig.clock.now())
    assert other.fingerprint not in note  # salted


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "null", '{"count": 1}', '{"at": "2026-01-01"}', "\x00"])
def test_note_that_cannot_be_read_is_none(text: str | None) -> None:
    assert load(text) is None


def test_a_secret_that_comes_while_the_old_one_is_refused_is_not_blamed() -> None:
    clock = FakeClock()
    server = Server(clock)

    class Rotated(NotLookedAt):
        def pull(self) -> PullReport:
            report = server.pull()
            server.password = "right"
            return report

    guard = SignInGuard(Rotated(), MemoryStore(), clock, server.secret, Random(5))
    assert guard.pull().error is REFUSED
    clock.advance(1)
    assert guard.pull().ok
    assert [password for _, password in server.tries] == ["wrong", "right"]
