"""Facts about the parts → one verdict and its checks (application/health+json). Pure.

`warn` while Exchange cannot be reached: the box serves its list. `fail` once nobody can say whether the room is free
(availability unknown) or the account is refused: somebody has to act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agent import wire
from agent.model.control_health import ControlHealth
from agent.model.expiry import Expiry
from agent.model.machine import Machine
from agent.model.sync import SourceHealth, StreamHealth
from agent.state.check import Check
from agent.state.control_health import control_checks
from agent.state.display import DisplayFacts
from agent.state.display_health import display_checks
from agent.state.expiry import code_of, days_left, output_of
from agent.state.machine_health import machine_checks, protection_check
from agent.state.page import SILENT_AFTER, PageFacts

SKEW_LIMIT_S = 60.0
RANK = {"pass": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the parts. `store_code` None: the database is well; `store_rebuilt`: when it was made anew.
    `store_not_migrated`: why it still has an older release's schema.
    `expiries`: what is known to end."""

    release: str
    configured: bool
    health: SourceHealth
    state: wire.RoomState
    page: PageFacts | None = None
    stream: StreamHealth = field(default_factory=StreamHealth)
    store_code: str | None = None
    store_rebuilt: datetime | None = None
    store_not_migrated: str | None = None
    expiries: Sequence[Expiry] = ()
    display: DisplayFacts = field(default_factory=DisplayFacts)
    machine: Machine = field(default_factory=Machine)
    control: ControlHealth = field(default_factory=ControlHealth)


def checks(facts: Facts, now: datetime) -> list[Check]:
    """All checks, in the order in which a person should read them."""
    if not facts.configured:
        setup = Check(key="setup:state", status="warn", code="setup.no_config", output="set-up mode: no configuration")
        return [setup, _store(facts), _page(facts, now), *display_checks(facts.display), *_machine(facts, now)]
    return [
        _contact(facts, now),
        _account(facts.health),
        _source(facts),
        _stream(facts),
        _items(facts),
        *control_checks(facts.control, now),
        _clock(facts),
        _store(facts),
        _page(facts, now),
        *display_checks(facts.display),
        *(_expiry(each, now) for each in facts.expiries),
        protection_check(facts.machine.protection),
        *_machine(facts, now),
    ]


def _machine(facts: Facts, now: datetime) -> list[Check]:
    skew = facts.health.clock_skew_s
    return machine_checks(_told(facts), now, clock_right=None if skew is None else abs(skew) <= SKEW_LIMIT_S)


def _told(facts: Facts) -> Machine:
    """The machine, with what others say of their own versions."""
    exchange = facts.health.server_version
    told = {**facts.machine.versions, **facts.display.versions, "agent": facts.release}
    return replace(facts.machine, versions=told | ({"exchange": exchange} if exchange else {}))


def verdict(results: Sequence[Check]) -> str:
    """pass, warn or fail: the worst of them."""
    return max((check.status for check in results), key=RANK.__getitem__, default="pass")


def document(facts: Facts, now: datetime) -> dict[str, Any]:
    """The answer of `/api/v1/status`. Holds no subject, no address of a person, no mailbox, no link."""
    results = checks(facts, now)
    time = wire.instant(now)
    return {
        "status": verdict(results),
        "releaseId": facts.release,
        "description": "room agent",
        "checks": {check.key: [_entry(check, time)] for check in results},
    }


def _entry(check: Check, time: str) -> dict[str, Any]:
    return {
        "status": check.status,
        "code": check.code,
        "since": wire.instant(check.since) if check.since else None,
        "observedValue": check.value,
        "observedUnit": check.unit,
        "time": time,
        "output": check.output,
    }


def _contact(facts: Facts, now: datetime) -> Check:
    health, calendar = facts.health, facts.state.calendar
    age = round((now - health.as_of).total_seconds(), 1) if health.as_of else None
    code = health.code or ("calendar.stale" if calendar.stale else "calendar.ok")
    if facts.state.availability == "unknown" or health.sign_in_refused:
        status = "fail"
    else:
        status = "warn" if health.code or calendar.stale else "pass"
    output = None
    if status != "pass":
        retry = f"; next attempt {wire.instant(health.retry_at)}" if health.retry_at else ""
        title = calendar.problem.title if calendar.problem else "no contact with the calendar server yet"
        output = f"{title}{retry}"
    return Check(
        key="calendar:contact", status=status, code=code, value=age, unit="s", since=health.since, output=output
    )


def _account(health: SourceHealth) -> Check:
    """Whether the account is let in; trouble on the way to the server says nothing about that."""
    if health.sign_in_refused:
        return Check(key="account:sign_in", status="fail", code=health.code or "", value=False, since=health.since,
                     output="the calendar server refuses the account; somebody has to act")  # fmt: skip
    code = "account.signed_in" if health.contact_since_start else "account.not_yet"
    return Check(key="account:sign_in", status="pass", code=code, value=health.contact_since_start or None)


def _source(facts: Facts) -> Check:
    """Which source serves. The fallback serves as well, but somebody should know before it is needed as well."""
    fallback = facts.health.fallback
    if fallback is None:
        return Check(key="calendar:source", status="pass", code="calendar.source_ok", value=facts.state.calendar.source)
    output = f"the configured source refused this room ({fallback.code}); {fallback.source} serves instead"
    return Check(key="calendar:source", status="warn", code="calendar.failed_over", value=fallback.source,
                 since=fallback.since, output=output)  # fmt: skip


def _stream(facts: Facts) -> Check:
    """A stream makes the list fresher; without one polling keeps it right, so this never warns."""
    stream = facts.stream
    if not stream.supported:
        return Check(key="calendar:stream", status="pass", code="stream.none", value=False)
    code = "stream.live" if stream.live else (stream.code or "stream.not_yet")
    output = None
    if not stream.live and stream.code:
        every = round(facts.health.poll_interval_s)
        output = f"changes are not told as they happen; the calendar is asked every {every} s until they are again"
    return Check(key="calendar:stream", status="pass", code=code, value=stream.live, since=stream.since, output=output)


def _items(facts: Facts) -> Check:
    skipped = facts.health.skipped
    return Check(
        key="calendar:items",
        status="warn" if skipped else "pass",
        code="calendar.items_skipped" if skipped else "calendar.items_ok",
        value=skipped,
        unit="items skipped",
        since=facts.health.skipped_since,
        output=f"{skipped} calendar items could not be read and are not shown" if skipped else None,
    )


def _clock(facts: Facts) -> Check:
    skew = facts.health.clock_skew_s
    wrong = skew is not None and abs(skew) > SKEW_LIMIT_S
    return Check(
        key="clock:skew",
        status="warn" if wrong else "pass",
        code="clock.skewed" if wrong else ("clock.ok" if skew is not None else "clock.not_measured"),
        value=skew,
        unit="s",
        output="the clock differs from the calendar server's; check the time synchronisation" if wrong else None,
    )


def _store(facts: Facts) -> Check:
    if facts.store_code is not None:
        return Check(key="store:integrity", status="warn", code=facts.store_code, value=False,
                     output="the database cannot be written; the list lives on from memory")  # fmt: skip
    if facts.store_rebuilt is not None:
        return Check(key="store:integrity", status="warn", code="store.rebuilt", value=True, since=facts.store_rebuilt,
                     output="the database was damaged, set aside and built anew")  # fmt: skip
    if facts.store_not_migrated is not None:
        output = (
            f"the database could not be brought to this release ({facts.store_not_migrated}); the history is not kept"
        )
        return Check(key="store:integrity", status="warn", code="store.not_migrated", value=True, output=output)
    return Check(key="store:integrity", status="pass", code="store.ok", value=True)


def _expiry(expiry: Expiry, now: datetime) -> Check:
    """It only warns: when it is over the calendar's own check says what no longer works."""
    code = code_of(expiry, now)
    return Check(
        key=f"expiry:{expiry.what.value}",
        status="pass" if code == "expiry.ok" else "warn",
        code=code,
        value=days_left(expiry, now),
        unit="days",
        since=expiry.ends if code == "expiry.over" else None,
        output=output_of(expiry, now),
    )


def _page(facts: Facts, now: datetime) -> Check:
    page = facts.page
    if page is None:
        return Check(key="page:rendered", status="pass", code="page.not_seen")
    age = round((now - page.seen).total_seconds(), 1)
    if now - page.seen > SILENT_AFTER:
        status, code, output = "warn", "page.silent", "the home screen no longer reports what it shows"
    elif not page.matches:
        status, code, output = "warn", "page.mismatch", "the home screen shows another list than the agent's"
    elif page.lags:
        status, code, output = "warn", "page.lagging", "the home screen shows an old list; it misses newer ones"
    elif page.errors:
        status, code, output = "warn", "page.errors", f"{page.errors} script errors in the home screen"
    else:
        status, code, output = "pass", "page.ok", None
    return Check(key="page:rendered", status=status, code=code, value=age, unit="s", since=page.seen, output=output)
