"""What a box may have to tell on the page for operations: calm, troubled, new, hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.wire.ops import (
    OpsCheck,
    OpsFreshness,
    OpsInput,
    OpsJoin,
    OpsLogEntry,
    OpsSpan,
    OpsStart,
    OpsState,
    OpsSyncs,
    OpsTimeline,
    OpsTodo,
)
from tests.fakes.ops_core import Operations

NOW = datetime(2026, 11, 22, 17, 4, 12, tzinfo=UTC)
HOSTILE = ("<img src=x onerror=alert(1)>\u202e\u2066شغب& " * 300)[:10_000]


def at(hours: float) -> str:
    """So many hours before now."""
    return (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def check(key: str, label: str, code: str, status: str = "pass", **more: Any) -> OpsCheck:
    return OpsCheck(key=key, part=key.partition(":")[0], label=label, status=status, code=code, **more)


CHECKS = [
    check("calendar:contact", "Last contact with the calendar", "calendar.ok", value=4.2, unit="s"),
    check("calendar:items", "Items that cannot be read", "calendar.items_ok", value=0, unit="items skipped"),
    check("account:sign_in", "Sign-in of the service account", "account.ok", value="ntlm"),
    check("store:integrity", "Database", "store.ok", value=True),
    check("page:rendered", "The home screen shows the list", "page.ok", value=2, unit="s"),
    check("display:running", "Display process", "display.ok"),
    check("inputs:found", "Inputs", "inputs.ok", value=2, unit="live"),
    check("outputs:found", "Screens", "outputs.ok", value=1, unit="connected"),
    check("disk:free", "Free space", "disk.ok", value=21_474_836_480, unit="By"),
    check("clock:synchronized", "Clock", "clock.ok", value=0.03, unit="s"),
    check("updates:state", "Updates", "updates.ok", value=0, unit="pending"),
    check("versions:agent", "Versions fit each other", "versions.ok", value="0.9.2"),
]
VERSIONS = {
    "agent": "0.9.2",
    "display": "0.9.2",
    "debian": "13.2",
    "kernel": "6.12.57",
    "chromium": "142.0.7444.59",
    "python": "3.13.5",
}
FRESHNESS = OpsFreshness(
    bounds_s=[0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    counts=[0, 3, 11, 19, 8, 3, 1, 0, 1, 0],
    median_s=1.3,
    p95_s=8.4,
)
CALM = OpsState(
    now=at(0),
    room="San Jose",
    mailbox="sjroom@contoso.example",
    timezone="America/Los_Angeles",
    language="en",
    status="pass",
    release="0.9.2",
    started=at(31.4),
    booted=at(74),
    source="ews",
    calendar_as_of=at(0.001),
    retry_at=None,
    todo=[],
    checks=CHECKS,
    freshness=FRESHNESS,
    versions=VERSIONS,
)
REFUSED = OpsTodo(
    code="auth.rejected",
    severity="error",
    title="The service account cannot sign in",
    detail="Exchange answered 401 twice. The list on the screen is that of 08:41 and gets older. So that the account "
    "is not locked, the next try is in a quarter of an hour.",
    cure="Have the password of svc@contoso.example checked. Type the new one in the settings: it is tried at once.",
    who="exchange-admin",
    since=at(0.4),
)
UNTIMED = OpsTodo(
    code="display.input_unstable",
    severity="warning",
    title="The picture of “HDMI on the table” comes and goes",
    detail="Eleven changes within five minutes.",
    cure="Change the cable between the table and the box.",
    who="technician",
    since=at(2.2),
)
UPDATING = OpsTodo(
    code="updates.reboot_required",
    severity="info",
    title="A restart is due",
    detail="It happens by itself tonight, when no meeting is near.",
    cure="",
    who="nobody",
    since=at(9),
)
TROUBLED = replace(
    CALM,
    status="fail",
    todo=[REFUSED, UNTIMED, UPDATING],
    calendar_as_of=at(0.4),
    retry_at=(NOW + timedelta(minutes=9)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    checks=[
        replace(
            CHECKS[0],
            status="fail",
            code="calendar.offline",
            value=1440.0,
            since=at(0.4),
            output="The calendar has not been read for 24 minutes.",
        ),
        CHECKS[1],
        replace(
            CHECKS[2], status="fail", code="auth.rejected", value="401", since=at(0.4), output="Exchange answered 401."
        ),
        *CHECKS[3:6],
        replace(CHECKS[6], status="warn", code="display.input_unstable", value=1, since=at(2.2)),
        *CHECKS[7:],
    ],
)
NEW = replace(
    CALM,
    status="warn",
    room="",
    started=at(0.01),
    booted=at(0.02),
    calendar_as_of=None,
    todo=[replace(UPDATING, code="calendar.never", title="The calendar has not been read yet", detail="", since=None)],
    checks=[],
    freshness=OpsFreshness(),
    versions={},
)
ODD = replace(
    TROUBLED,
    room=HOSTILE,
    release=HOSTILE[:300],
    timezone="Nowhere/<b>",
    todo=[replace(REFUSED, title=HOSTILE, detail=HOSTILE, cure=HOSTILE, who=HOSTILE, code=HOSTILE[:400])],
    checks=[
        check(f"{HOSTILE[:60]}:x", HOSTILE, HOSTILE[:400], "fail", value=HOSTILE, unit=HOSTILE[:100], output=HOSTILE),
        check("disk:free", "Free", "disk.odd", "warn", value={"a": [HOSTILE]}, unit=None),
    ],
    versions={HOSTILE[:200]: HOSTILE},
)


def spans(*parts: tuple[float, float | None, str]) -> list[OpsSpan]:
    return [OpsSpan(since=at(a), until=None if b is None else at(b), code=code, title="") for a, b, code in parts]


def a_day() -> OpsTimeline:
    """A day with an outage in the morning, joins, a laptop, a crash and a power cut."""
    first = NOW.replace(minute=0, second=0) - timedelta(hours=24)
    syncs = []
    for n in range(97):
        begin = first + timedelta(minutes=15 * n)
        age = (NOW - begin) / timedelta(hours=1)
        broken, off = 9.1 < age < 10.9 or age < 0.45, 14 < age < 14.4
        ok = 0 if broken else 2 + (n * 7 % 5) + (9 if begin.hour >= 16 or begin.hour < 2 else 0)
        if not off:
            failed = (6 if age > 1 else 2) if broken else int(n == 50)
            instant = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
            syncs.append(OpsSyncs(since=instant, ok=ok, failed=failed, changes=ok // 4, slowest_s=0.3 + ok / 9))
    return OpsTimeline(
        since=at(24),
        until=at(0),
        syncs=syncs,
        outages=[
            OpsSpan(since=at(10.9), until=at(9.1), code="calendar.unreachable", title="The calendar is not reached"),
            OpsSpan(since=at(0.4), until=None, code="auth.rejected", title="The service account cannot sign in"),
        ],
        joins=[
            OpsJoin(at=at(23.5), provider="zoom", outcome="done"),
            OpsJoin(at=at(22.1), provider="teams", outcome="done"),
            OpsJoin(at=at(19.4), provider="teams", outcome="failed"),
            OpsJoin(at=at(19.35), provider="teams", outcome="done"),
            OpsJoin(at=at(1.2), provider="zoom", outcome="done"),
            OpsJoin(at=at(0.9), provider="google_meet", outcome="done"),
            OpsJoin(at=at(0.05), provider="teams", outcome="pending"),
        ],
        inputs=[
            OpsInput(
                name="hdmi",
                label="HDMI on the table",
                spans=spans(
                    (24, 21.5, "no_cable"), (21.5, 18.8, "live"), (18.8, 3.1, "no_signal"), (3.1, 2.2, "live"),
                    (2.2, 1.9, "unstable"), (1.9, None, "live"),
                ),
            ),
            OpsInput(
                name="vga", label="", spans=spans((24, 6, "absent"), (6, 5, "unsupported"), (5, None, "no_cable"))
            ),
        ],
        starts=[
            OpsStart(at=at(23.9), previous="clean"),
            OpsStart(at=at(14), previous="power_cut"),
            OpsStart(at=at(13.9), previous="crash"),
        ],
    )  # fmt: skip


NOTHING = OpsTimeline(since=at(24), until=at(0), syncs=[], outages=[], joins=[], inputs=[], starts=[])
ODD_DAY = OpsTimeline(
    since=at(24),
    until=at(0),
    syncs=[],
    outages=[OpsSpan(since=at(900), until=None, code=HOSTILE[:300], title=HOSTILE)],
    joins=[OpsJoin(at=at(n / 9), provider=f"{HOSTILE[:90]}{n % 11}", outcome="eaten") for n in range(60)],
    inputs=[OpsInput(name="x", label=HOSTILE, spans=spans((30, 29, "live"), (20, 2, HOSTILE[:200])))],
    starts=[OpsStart(at=at(n / 100), previous="aliens") for n in range(40)],
)


def item(subject: str | None, start: float, *, provider: str | None, reason: str | None = None, **more: Any) -> Any:
    """An item as `agent.sync.raw` tells it."""
    said = {
        "item_id": "AAMkAGI2TG93AAA=",
        "change_key": "DwAAABYAAAA",
        "uid": "040000008200E00074C5B7101A82E008",
        "original_start": None,
        "subject": subject,
        "organizer": "Ann Lee",
        "start": at(start),
        "end": at(start - 0.5),
        "all_day": None,
        "sensitivity": "normal",
        "show_as": "busy",
        "response": "accepted",
        "cancelled": False,
        "last_modified": at(50),
        "location": "San Jose",
        "body": {"type": "html", "characters": 8_412},
        "properties": {"OnlineMeetingConfLink": "https://teams.example/l/meetup-join/19"} if provider else {},
    }
    url = f"https://{provider}.example/j/91234567890" if provider else None
    made = {"listed": True, "hidden_because": None, "provider": provider, "url": url, "no_join_reason": reason}
    return {"meeting_id": "m-7", "said": said, "made": made | more, "why": "The link stands in the body."}


ITEMS = [
    item("Design review", 0.2, provider="zoom"),
    item("Weekly with Köln", -1, provider="teams"),
    item("Lunch", -3, provider=None, reason="not_online"),
    item("Board", -5, provider=None, reason="body_deleted"),
    item(None, -7, provider="webex", listed=False, hidden_because="declined"),
]
ENTRIES = [
    {"n": n, "at": at(30 - n), "who": who, "act": act, "facts": facts, "hash": "0" * 64}
    for n, (who, act, facts) in enumerate(
        [
            ("root", "agent.started", {"release": "0.9.2"}),
            ("192.0.2.44", "setup.paired", {"place": "network"}),
            ("192.0.2.44", "setup.changed", {"step": "account", "field": "password"}),
            ("screen", "meeting.joined", {"meeting": "m-7", "provider": "zoom"}),
            ("192.0.2.44", "ops.signed_in", {"by": "pin"}),
        ],
        start=1,
    )
]
LOGS = [
    OpsLogEntry(n=n, at=at((40 - n) / 60), level=level, event=event, fields=fields)
    for n, (level, event, fields) in enumerate(
        [
            ("info", "agent.started", {"release": "0.9.2", "source": "ews"}),
            ("debug", "sync.round", {"requests": "2", "duration_s": "0.31"}),
            ("info", "sync.done", {"added": "1", "changed": "0", "removed": "0"}),
            ("warning", "inputs.unstable", {"input": "hdmi", "changes": "11"}),
            ("error", "calendar.failed", {"code": "auth.rejected", "status": "401", "next_try_s": "900"}),
            ("info", "join.done", {"provider": "zoom", "duration_s": "2.4"}),
        ]
        * 5,
        start=1,
    )
]


def operations(state: OpsState = CALM, timeline: OpsTimeline | None = None, **more: Any) -> Operations:
    """A core that tells this, with something of everything."""
    fields: dict[str, Any] = {
        "raw": {"window": {"start": at(9), "end": at(-183)}, "complete": True, "requests": 3, "server_time": at(0),
                "items": list(ITEMS), "unread": []},
        "audit": {"intact": True, "problem": None, "entries": list(ENTRIES)},
        "logs": list(LOGS),
    }  # fmt: skip
    return Operations(state=state, timeline=timeline or a_day(), **(fields | more))
