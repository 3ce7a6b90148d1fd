"""The metrics of a box: named and described as Prometheus wants it, few, from real sources."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from agent.api.metrics import Snapshot, renderer
from agent.meetings.conferences import CONFERENCES
from agent.model.auth_failures import OPS, SETUP, STATUS, SURFACES, AuthFailures
from agent.model.control_health import AnsweringHealth, ControlHealth
from agent.model.history import DONE, FAILED, PENDING
from agent.model.machine import Machine, Protection, Storage, Updates, Upgrade
from agent.model.sync import SourceHealth, StreamHealth
from agent.state.freshness import Histogram
from agent.state.joins import MOST, OTHER, JoinCounts
from agent.state.project import Inputs, project
from agent.sync.health import SyncCounters
from agent.sync.report import INTEGRITY, PullReport
from tests.builders import MORNING, ZOOM, at, joinable, occurrence, policy, stored

MOST_SERIES = 300
PLAIN = Snapshot(
    release="1", source="ews", state=None, health=SourceHealth(), counters=SyncCounters(), page=None, page_repairs=0,
    page_errors=0, stream=StreamHealth(), freshness=Histogram(), expiries=(), database_bytes=0, watchers=0,
)  # fmt: skip
EVERYTHING = replace(
    PLAIN,
    inputs=("hdmi", "vga", "usb", "table"),
    joins={each.name: 1 for each in CONFERENCES},
    join_failures={each.name: 1 for each in CONFERENCES},
    machine=Machine(
        storage=Storage(10**9, 10**10, True), clock_synchronized=True, protection=Protection.TPM2,
        updates=Updates(checked=MORNING, pending=7, reboot_required=True, last=Upgrade(at=MORNING, outcome="failed")),
    ),
)  # fmt: skip


def exposed(snapshot: Snapshot, accept: str = "") -> str:
    body, _ = renderer(lambda: snapshot)(accept)
    return body.decode()


def values(snapshot: Snapshot) -> dict[str, float]:
    """By series, as they are written."""
    lines = (line.rpartition(" ") for line in exposed(snapshot).splitlines() if not line.startswith("#"))
    return {series.removeprefix("room_agent_"): float(value) for series, _, value in lines}


def test_a_box_has_few_series_with_everything_configured() -> None:
    count = len(values(EVERYTHING))
    assert 200 < count <= MOST_SERIES


def test_no_series_is_told_twice() -> None:
    lines = [line.rpartition(" ")[0] for line in exposed(EVERYTHING).splitlines() if not line.startswith("#")]
    assert [series for series, times in Counter(lines).items() if times > 1] == []


def test_every_metric_has_a_sentence_and_a_unit_in_its_name() -> None:
    families = [each for each in parse_text(exposed(EVERYTHING)) if each.name.startswith("room_agent_")]
    for family in families:
        assert family.documentation.endswith("."), family.name
        assert family.type in ("gauge", "counter", "histogram", "info"), family.name
        assert not re.search(r"_(ms|minutes|hours|kb|mb)\b", family.name)
    assert len(families) > 40


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/plain; version=1.0.0; escaping=allow-utf-8", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("application/openmetrics-text; version=x", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("Application/OpenMetrics-Text;version=99", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ],
)
def test_whatever_version_is_accepted_one_of_two_is_sent(accept: str, media_type: str) -> None:
    assert renderer(lambda: PLAIN)(accept)[1] == media_type


def test_openmetrics_is_well_formed_and_says_the_same() -> None:
    text = {family.name for family in parse_text(exposed(EVERYTHING)) if family.samples}
    families = parse_openmetrics(exposed(EVERYTHING, "application/openmetrics-text"))  # type: ignore[no-untyped-call]
    strict = {family.name for family in families}
    assert {name.removesuffix("_info") for name in text} == {name.removesuffix("_info") for name in strict}


def test_openmetrics_tells_the_unit_of_whatever_has_one() -> None:
    text = exposed(EVERYTHING, "application/openmetrics-text")
    families = parse_openmetrics(text)  # type: ignore[no-untyped-call]
    units = {each.name: each.unit for each in families if each.name.startswith("room_agent_")}
    assert {unit for unit in units.values() if unit} == {"seconds", "bytes"}
    for name, unit in units.items():
        assert unit == (name.rpartition("_")[2] if name.endswith(("_seconds", "_bytes")) else ""), name


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool, of the package prometheus")
def test_promtool_has_nothing_to_say() -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=exposed(EVERYTHING), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_fixed_labels_are_there_from_the_start() -> None:
    found = values(PLAIN)
    for series in (
        'http_auth_failures_total{surface="ops"}',
        'boots_total{previous="power_cut"}',
        'database_rebuilds_total{reason="corrupt"}',
        'sync_full_resyncs_total{reason="token"}',
        'page_restarts_total{reason="silent"}',
        'log_messages_total{level="error"}',
    ):
        assert found[series] == 0
    assert not any(series.startswith("joins_total") for series in found)


@pytest.mark.parametrize(
    ("verdict", "configured", "state"),
    [("pass", True, "ready"), ("warn", True, "degraded"), ("fail", True, "failed"), ("warn", False, "setup")],
)
def test_the_box_is_in_one_state(verdict: str, configured: bool, state: str) -> None:
    found = values(replace(PLAIN, verdict=verdict, configured=configured))
    states = {each: found[f'up_state{{state="{each}"}}'] for each in ("ready", "degraded", "failed", "setup")}
    assert [each for each, value in states.items() if value] == [state]


def test_what_nobody_can_say_is_no_number_and_no_alert() -> None:
    found = values(PLAIN)
    for name in ("clock_synchronized", "storage_free_bytes", "updates_pending"):
        assert found[name] != found[name], name
    assert sum(found[f'credential_protection_info{{kind="{kind}"}}'] for kind in Protection) == 0


def test_the_machine_is_told() -> None:
    found = values(EVERYTHING)
    assert found['credential_protection_info{kind="tpm2"}'] == 1
    names = ("updates_pending", "update_last_failed", "reboot_required", "clock_synchronized", "storage_writable")
    assert [found[name] for name in names] == [7, 1, 1, 1, 1]


def test_a_full_disk_is_not_writable_and_a_rebuilt_database_is_counted() -> None:
    found = values(replace(EVERYTHING, store_code="store.full", rebuilt="damaged"))
    assert (found["storage_writable"], found["database_integrity_ok"]) == (0, 0)
    assert found['database_rebuilds_total{reason="corrupt"}'] == 1


def test_rounds_are_measured_by_how_long_they_took_and_why_all_was_read() -> None:
    counters = SyncCounters()
    for took, full in ((0.05, INTEGRITY), (0.3, None), (400.0, None)):
        counters = counters.plus(PullReport(ok=True, started=MORNING, duration_s=took, full=full))
    found = values(replace(PLAIN, counters=counters.looked()))
    assert found['sync_duration_seconds_bucket{le="0.1"}'] == 1
    assert found['sync_duration_seconds_bucket{le="180.0"}'] == 2
    assert found["sync_duration_seconds_count"] == 3
    assert (
        found['sync_full_resyncs_total{reason="integrity"}'] == found['sync_full_resyncs_total{reason="manual"}'] == 1
    )
    assert found["sync_last_attempt_timestamp_seconds"] == MORNING.timestamp()


def test_a_secret_that_rests_opens_the_circuit_also_when_it_is_not_tried() -> None:
    tried = SyncCounters().plus(PullReport(ok=False, started=MORNING, attempted=False, circuit_open=True))
    assert values(replace(PLAIN, counters=tried))["auth_circuit_open"] == 1
    assert values(replace(PLAIN, counters=tried.plus(PullReport(ok=True, started=MORNING))))["auth_circuit_open"] == 0


@pytest.mark.parametrize(
    ("code", "writable"), [("store.full", 0), ("store.unavailable", 0), ("store.damaged", 1), ("calendar.offline", 1)]
)
def test_a_disk_that_takes_nothing_is_told_from_a_damaged_file(code: str, writable: int) -> None:
    assert values(replace(EVERYTHING, health=SourceHealth(code=code)))["storage_writable"] == writable


def test_progress_is_a_point_in_time() -> None:
    found = values(replace(PLAIN, progress={"sync": MORNING - timedelta(seconds=3)}))
    assert found['watchdog_progress_timestamp_seconds{worker="sync"}'] == MORNING.timestamp() - 3
    assert found['watchdog_progress_timestamp_seconds{worker="changes"}'] == 0


def test_services_appear_when_somebody_joins_and_never_without_end() -> None:
    joins = JoinCounts()
    joins.joined("c", "zoom", PENDING)
    joins.joined("c", "zoom", FAILED)
    assert (joins.counts(PENDING), joins.counts(FAILED), joins.counts(DONE)) == ({"zoom": 1}, {"zoom": 1}, {"zoom": 0})
    for number in range(100):
        joins.joined("c", f"rule-{number}", PENDING)
    counted = joins.counts(PENDING)
    assert len(counted) == MOST + 1
    assert counted[OTHER] == 101 - MOST


def test_services_of_listed_meetings_are_there_before_anybody_joins() -> None:
    """Prometheus sees a figure grow only from one that it has seen before."""
    other = replace(ZOOM, provider="webex", url="https://acme.webex.com/meet/ann")
    entries = [
        stored(occurrence("both", at(10)), joinable(replace(ZOOM, alternatives=(other,)))),
        stored(occurrence("neither", at(12))),
    ]
    listed = project(Inputs(policy=policy(), entries=entries, health=SourceHealth()), MORNING).state.meetings
    joins = JoinCounts()
    joins.listed(listed)
    assert joins.counts(PENDING) == joins.counts(FAILED) == {"webex": 0, "zoom": 0}
    joins.joined("c", "zoom", FAILED)
    assert joins.counts(FAILED) == {"webex": 0, "zoom": 1}


def test_who_is_turned_away_is_counted_by_place() -> None:
    failures = AuthFailures()
    failures.count(STATUS)
    assert failures.counts == {SETUP: 0, STATUS: 1, OPS: 0}
    assert set(failures.counts) == set(SURFACES)
    with pytest.raises(ValueError, match="elsewhere"):
        failures.count("elsewhere")


def test_changes_of_the_calendar_and_answers_are_counted() -> None:
    written = {("book", "done"): 3, ("end", "done"): 1, ("book", "failed"): 2, ("extend", "given_up"): 1}
    answering = AnsweringHealth(backlog=4, answered={"requests.accepted": 5, "requests.conflict": 2})
    found = values(replace(PLAIN, control=ControlHealth(denied=True, waiting=2, written=written, answering=answering)))

    assert found['calendar_writes_total{act="book"}'] == 3
    assert found['calendar_writes_total{act="release"}'] == 0
    assert found['calendar_write_failures_total{outcome="failed"}'] == 2
    assert found['calendar_write_failures_total{outcome="given_up"}'] == 1
    assert (found["calendar_write_denied"], found["calendar_writes_waiting"]) == (1, 2)
    assert (found["requests_waiting"], found["requests_refused"], found["second_owner"]) == (4, 0, 0)
    for health in (AnsweringHealth(refused="requests.denied"), AnsweringHealth(failing="calendar.server_error")):
        assert values(replace(PLAIN, control=ControlHealth(answering=health)))["requests_refused"] == 1
    assert found['requests_answered_total{response="accepted"}'] == 5
    assert found['requests_answered_total{response="declined"}'] == 2
