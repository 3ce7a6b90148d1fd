"""What is wrong and what to do first: order, causes, and sentences for every code that a check can give."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.model.expiry import Ending
from agent.model.failures import CLASS_OF
from agent.model.machine import Machine, Protection, Storage, Updates, Upgrade
from agent.state.causes import CAUSES
from agent.state.check import Check
from agent.state.helpers import who_helps
from agent.state.machine_health import machine_checks, protection_check
from agent.state.todo import label_of, ops_check, part_of, said_code, todo
from agent.texts import catalogue, words
from tests.builders import MORNING

ROOT = Path(__file__).parents[3]
STATE = ROOT / "agent" / "state"
PARTS = {"calendar", "account", "store", "page", "display", "inputs", "outputs", "disk", "clock", "updates", "versions",
         "setup"}  # fmt: skip


def failing(code: str, status: str = "warn", key: str = "", **more: object) -> Check:
    return replace(Check(key=key or f"{code.partition('.')[0]}:x", status=status, code=code), **more)  # type: ignore[arg-type]


def written(*files: str, pattern: str) -> set[str]:
    """Codes in these sources."""
    found = set()
    for name in files:
        for node in ast.walk(ast.parse((STATE / name).read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(pattern, node.value):
                found.add(node.value)
    return found


def codes_that_need_words() -> list[Check]:
    """One check for each code that can be told: those of the calendar's sources, of the display, and our own."""
    english = catalogue("en")
    calendar = {
        *(set(CLASS_OF) - {"ok"}),
        *(code for code in english if code.startswith(("calendar.", "store.", "display."))),
    }
    own = written(
        "health.py",
        "machine_health.py",
        "display_health.py",
        "control_health.py",
        pattern=r"(calendar|store|page|clock|disk|updates|write|requests|owner)\.[a-z_]+",
    )
    silent = {"calendar.ok", "calendar.source_ok", "calendar.items_ok", "store.ok", "page.ok", "page.not_seen",
              "clock.ok", "clock.not_measured", "clock.unknown", "clock.synchronized", "disk.ok", "disk.unknown",
              "updates.ok", "updates.unknown", "updates.pending", "write.off", "write.ok",
              "write.not_yet", "owner.alone", "owner.not_yet",
              "requests.ok"}  # fmt: skip
    checks = [failing(code) for code in sorted((calendar | own) - silent)]
    for what in Ending:
        checks += [failing(code, key=f"expiry:{what}", value=3.0) for code in ("expiry.within_7", "expiry.over")]
    return [
        *checks,
        failing("setup.no_config", key="setup:state"),
        failing("secrets.plain", "pass"),
        failing("display.new"),
        failing("requests.automatic", key="calendar:requests"),
        failing("requests.denied", key="calendar:requests"),
    ]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_code_that_a_check_can_give_says_what_it_means_what_to_do_and_who(language: str) -> None:
    for check in codes_that_need_words():
        (told,) = todo([check], MORNING, language)
        assert told.code == said_code(check)
        assert told.who in ("technician", "exchange-admin", "network", "nobody"), check.code
        for text in (told.title, told.detail, told.cure):
            assert len(text.split()) > 1, check.code
            assert "{" not in text, check.code
            assert text not in (check.code, told.code)
        assert told.cure.endswith((".", "!")), check.code


@pytest.mark.parametrize("language", ["de"])
def test_the_words_are_translated_with_the_same_placeholders(language: str) -> None:
    english, other = (
        json.loads((ROOT / f"agent/texts/todo/{name}.json").read_text("utf-8")) for name in ("en", language)
    )
    assert set(english) == set(other)
    for key, text in english.items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", other[key]), key


def test_no_word_is_left_over() -> None:
    told = {said_code(check) for check in codes_that_need_words()}
    for key in words("todo", "en"):
        kind, _, code = key.partition(".")
        if kind != "label" and not code.startswith("class."):
            assert code in told, key


def test_every_check_has_a_name_and_a_part_of_the_page() -> None:
    machine = Machine(
        storage=Storage(1, 2, True), clock_synchronized=True, protection=Protection.TPM2, versions={"agent": "1"},
        updates=Updates(checked=MORNING),
    )  # fmt: skip
    keys = {check.key for check in [*machine_checks(machine, MORNING, clock_right=True), protection_check(None)]}
    files = ("health.py", "machine_health.py", "display_health.py", "control_health.py")
    keys |= written(*files, pattern=r"[a-z]+:[a-z_]+")
    keys |= {f"expiry:{what}" for what in Ending}
    for key in keys:
        assert part_of(key) in PARTS, key
        assert label_of(key, "de") not in (key, ""), key
    assert label_of("versions:chromium", "en") == "Version: chromium"


def test_the_worst_comes_first_and_what_follows_from_it_right_below() -> None:
    told = todo(
        [
            failing("calendar.tls", "fail", "calendar:contact"),
            failing("updates.failed"),
            failing("secrets.plain", "pass"),
            failing("store.full"),
            failing("clock.skewed"),
            failing("clock.not_synchronized"),
            failing("disk.low"),
        ],
        MORNING,
        "en",
    )
    assert [(each.code, each.severity) for each in told] == [
        ("clock.not_synchronized", "warning"),
        ("calendar.tls", "error"),
        ("clock.skewed", "warning"),
        ("disk.low", "warning"),
        ("updates.failed", "warning"),
        ("store.full", "warning"),
        ("secrets.plain", "info"),
    ]


def test_one_cause_is_told_once_with_its_oldest_time() -> None:
    code, before = "calendar.sign_in_failed", MORNING - timedelta(hours=1)
    (told,) = todo(
        [
            failing(code, "warn", "calendar:contact", since=MORNING),
            failing(code, "fail", "account:sign_in", since=before),
        ],
        MORNING,
        "en",
    )
    assert (told.severity, told.who, told.since) == ("error", "exchange-admin", "2026-11-23T16:00:00Z")


def test_a_time_in_the_future_is_left_out() -> None:
    (told,) = todo([failing("disk.low", since=MORNING + timedelta(days=400))], MORNING, "en")
    assert told.since is None


def test_what_is_well_asks_for_nothing() -> None:
    assert todo([failing("calendar.ok", "pass"), failing("display.ok", "pass")], MORNING, "en") == []


def test_the_part_is_named_in_the_sentence() -> None:
    (told,) = todo([failing("display.input_gone", key="display:inputs", part="HDMI left")], MORNING, "en")
    assert "HDMI left" in told.detail


def test_causes_do_not_run_in_circles() -> None:
    for code in CAUSES:
        seen, rest = set(), [code]
        while rest:
            each = rest.pop()
            assert each not in seen or each != code
            seen.add(each)
            rest += [cause for cause in CAUSES.get(each, ()) if cause not in seen]


def test_an_unknown_code_is_the_technicians() -> None:
    assert who_helps("something.new") == "technician"


@pytest.mark.parametrize(
    ("machine", "right", "key", "status", "code"),
    [
        (Machine(), None, "disk:free", "pass", "disk.unknown"),
        (Machine(storage=Storage(10**9, 10**10, True)), None, "disk:free", "pass", "disk.ok"),
        (Machine(storage=Storage(10**8, 10**10, True)), None, "disk:free", "warn", "disk.low"),
        (Machine(storage=Storage(10**9, 10**10, False)), None, "disk:free", "warn", "disk.read_only"),
        (Machine(), None, "clock:synchronized", "pass", "clock.unknown"),
        (Machine(clock_synchronized=True), None, "clock:synchronized", "pass", "clock.synchronized"),
        (Machine(clock_synchronized=False), None, "clock:synchronized", "warn", "clock.not_synchronized"),
        (Machine(clock_synchronized=False), False, "clock:synchronized", "warn", "clock.not_synchronized"),
        (Machine(clock_synchronized=False), True, "clock:synchronized", "pass", "clock.not_synchronized"),
        (Machine(), None, "updates:state", "pass", "updates.unknown"),
        (Machine(updates=Updates(checked=MORNING)), None, "updates:state", "pass", "updates.ok"),
        (Machine(updates=Updates(checked=MORNING, pending=3)), None, "updates:state", "pass", "updates.pending"),
        (Machine(updates=Updates(checked=MORNING, security=1)), None, "updates:state", "pass", "updates.security"),
        (Machine(updates=Updates(checked=MORNING, reboot_required=True)), None, "updates:state", "pass",
         "updates.reboot_required"),
        (Machine(updates=Updates(checked=MORNING - timedelta(days=9))), None, "updates:state", "warn", "updates.stale"),
        (Machine(updates=Updates(checked=MORNING, last=Upgrade(at=MORNING, outcome="failed"))), None, "updates:state",
         "warn", "updates.failed"),
        (Machine(updates=Updates(checked=MORNING, last=Upgrade(at=MORNING, outcome="rolled_back", reason="not_ready"))),
         None, "updates:state", "warn", "updates.rolled_back"),
        (Machine(updates=Updates(checked=MORNING, last=Upgrade(at=MORNING, outcome="postponed"))), None,
         "updates:state", "pass", "updates.ok"),
    ],
)  # fmt: skip
def test_the_machine_warns_only_where_somebody_has_to_act(
    machine: Machine, right: bool | None, key: str, status: str, code: str
) -> None:
    found = {check.key: check for check in machine_checks(machine, MORNING, clock_right=right)}[key]
    assert (found.status, found.code) == (status, code)
    assert (found.output is None) == (ops_check(found, "en").output is None)


@pytest.mark.parametrize(
    ("protection", "code"),
    [(None, "secrets.none"), (Protection.TPM2, "secrets.tpm2"), (Protection.HOST, "secrets.host"),
     (Protection.NONE, "secrets.plain")],
)  # fmt: skip
def test_how_secrets_are_kept_is_told_and_fails_nothing(protection: Protection | None, code: str) -> None:
    check = protection_check(protection)
    assert (check.status, check.code) == ("pass", code)
