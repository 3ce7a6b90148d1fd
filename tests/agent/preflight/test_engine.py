"""The engine: in order, each told at once, and nothing that a step does ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from agent.config import Config
from agent.errors import SignInFailed
from agent.model.preflight import Check, Finding, Status, Who
from agent.preflight.context import Notes, Target
from agent.preflight.engine import run
from agent.preflight.findings import failed, passed, shown, warned
from tests.fakes.clock import FakeClock

TARGET = Target(config=Config.default(), clock=FakeClock())


@dataclass(frozen=True)
class Scripted:
    id: str
    found: Callable[[Notes], Finding] = lambda _: passed("network.proxy_none")
    needs: Sequence[str] = ()

    def __call__(self, target: Target, notes: Notes) -> Finding:
        assert target is TARGET
        return self.found(notes)


def fails(_notes: Notes) -> Finding:
    return failed("network.no_network", Who.TECHNICIAN)


def warns(_notes: Notes) -> Finding:
    return warned("network.clock_unknown", Who.TECHNICIAN, host="mail.contoso.example")


def checks(*steps: Scripted, notes: Notes | None = None) -> list[Check]:
    told: list[Check] = []
    report = run(steps, TARGET, "en", told.append, notes)
    assert list(report.checks) == told
    assert report.ok is not any(check.status is Status.FAIL for check in told)
    return told


def test_each_check_is_begun_and_told_in_order() -> None:
    heard: list[str] = []
    run([Scripted("a"), Scripted("b")], TARGET, "en", lambda check: heard.append(check.id), begin=heard.append)

    assert heard == ["a", "a", "b", "b"]


def test_a_check_says_in_sentences_what_was_found() -> None:
    (check,) = checks(Scripted("network.clock", warns))

    assert (check.status, check.code, check.who) == (Status.WARN, "network.clock_unknown", Who.TECHNICIAN)
    assert check.title == "The clock could not be compared"
    assert "mail.contoso.example" in check.detail
    assert check.cure


def test_what_needs_a_failed_step_is_skipped_and_names_the_first_cause() -> None:
    _, second, third, fourth = checks(
        Scripted("a", fails), Scripted("b", needs=["a"]), Scripted("c", needs=["x", "b"]), Scripted("d", needs=["x"])
    )

    assert (second.status, second.code, third.status) == (Status.SKIPPED, "preflight.needs", Status.SKIPPED)
    assert "step did not pass: a." in second.detail
    assert "step did not pass: a." in third.detail
    assert fourth.status is Status.PASS


def test_a_warning_keeps_nobody_from_going_on() -> None:
    assert [each.status for each in checks(Scripted("a", warns), Scripted("b", needs=["a"]))] == ["warn", "pass"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ZeroDivisionError("x" * 1000), "preflight.internal"),
        (SignInFailed("calendar.sign_in_failed", "no"), "calendar.sign_in_failed"),
    ],
)
def test_a_step_that_raises_is_a_failed_check(error: Exception, code: str) -> None:
    def raises(_notes: Notes) -> Finding:
        raise error

    broken, after = checks(Scripted("a", raises), Scripted("b"))

    assert (broken.status, broken.code, after.status) == (Status.FAIL, code, Status.PASS)
    assert broken.title != code
    assert "x" * 10 not in broken.detail


def test_a_preflight_that_nobody_waits_for_ends_after_the_step_under_way() -> None:
    def cancels(notes: Notes) -> Finding:
        notes.cancelled.set()
        return passed("network.proxy_none")

    assert [each.id for each in checks(Scripted("a", cancels), Scripted("b"))] == ["a"]


def test_steps_tell_those_after_them_what_they_learned() -> None:
    notes = Notes()

    def learns(notes: Notes) -> Finding:
        notes.facts["a.address"] = "x"
        return passed("network.proxy_none")

    def reads(notes: Notes) -> Finding:
        return passed("network.proxy_none") if notes.facts["a.address"] == "x" else fails(notes)

    assert checks(Scripted("a", learns), Scripted("b", reads), notes=notes)[1].status is Status.PASS


def test_values_from_outside_are_printable_and_short() -> None:
    assert shown("a\x00\x1b[1m\u202eb\nc") == "a[1mbc"
    assert shown("y" * 1_000_000) == "y" * 239 + "…"
