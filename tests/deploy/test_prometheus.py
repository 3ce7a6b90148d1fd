"""The shipped monitoring: promtool likes it, its rules ask for what a core exports, and each alert has its runbook."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.prometheus import PROMETHEUS, ROOT, RULES, Exported, alerts, asked, needs_promtool, promtool, rules

TARGET_LABELS = frozenset({"job", "instance", "room", "site", "display"})
RUNBOOK = ROOT / "deploy" / "docs" / "runbook.md"
UNIT_TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))


def name_of(rule: dict[str, Any]) -> str:
    return str(rule.get("alert") or rule["record"])


def has_to_be_there(expression: str, exported: Exported) -> None:
    """Every metric and label value in an expression is one that a core exports."""
    complaints = {each.name: exported.complaint(each, TARGET_LABELS) for each in asked(expression)}
    assert {name: text for name, text in complaints.items() if text} == {}


@needs_promtool
def test_promtool_accepts_the_rules() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", *map(str, RULES))


@needs_promtool
def test_promtool_accepts_the_scrape_configuration_with_its_files(tmp_path: Path) -> None:
    shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
    for name in ("token", "ca.pem"):
        (tmp_path / "prometheus" / "room-agent" / name).touch()
    promtool("check", "config", str(tmp_path / "prometheus" / "prometheus.yml"))


@needs_promtool
@pytest.mark.parametrize("file", UNIT_TESTS, ids=lambda path: path.stem)
def test_each_alert_fires_when_it_should_and_not_before(file: Path) -> None:
    promtool("test", "rules", str(file))


def test_every_alert_has_a_unit_test() -> None:
    tested = {name for file in UNIT_TESTS for name in re.findall(r"(?m)^  - name: (\w+)", file.read_text("utf-8"))}
    assert alerts().keys() == tested


@pytest.mark.parametrize("rule", [*rules()], ids=name_of)
def test_a_rule_asks_for_what_a_core_exports(rule: dict[str, Any], exported: Exported) -> None:
    has_to_be_there(rule["expr"], exported)


def test_recorded_series_that_are_asked_for_are_recorded() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    wanted = {name for rule in rules() for name in re.findall(r"\b(?:room|site):\w+:\w+", rule["expr"])}
    assert wanted <= recorded


@pytest.mark.parametrize("name", [*alerts()])
def test_an_alert_says_what_it_is_how_bad_and_who_mends_it(name: str) -> None:
    alert = alerts()[name]
    assert alert["labels"]["severity"] in {"page", "ticket", "info"}
    assert alert["labels"]["who"] in {"technician", "exchange-admin", "network"}
    assert alert["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"deploy/docs/runbook.md#{name.lower()}"


def test_the_runbook_has_one_heading_for_each_alert_with_its_severity() -> None:
    headings = re.findall(r"(?m)^### (\w+)\n\n\*(\w+), ([\w ]+)\.\*", RUNBOOK.read_text("utf-8"))
    who = {"Exchange administrator": "exchange-admin", "technician": "technician", "network": "network"}
    told = {name: (severity.lower(), who[person]) for name, severity, person in headings}
    assert told == {name: (rule["labels"]["severity"], rule["labels"]["who"]) for name, rule in alerts().items()}


def test_few_alerts_wake_somebody() -> None:
    assert len([name for name, rule in alerts().items() if rule["labels"]["severity"] == "page"]) <= 5


def test_inhibitions_and_the_scrape_configuration_name_alerts_and_the_job_that_exist() -> None:
    named = set(re.findall(r"\b(?:Room|Rooms|Site)[A-Z]\w+", (PROMETHEUS / "alertmanager.yml").read_text("utf-8")))
    assert named <= alerts().keys()
    jobs = set(re.findall(r'job="([^"]+)"', "".join(rule["expr"] for rule in rules())))
    assert jobs == {"room-agent"}
    assert "job_name: room-agent " in (PROMETHEUS / "prometheus.yml").read_text("utf-8")
