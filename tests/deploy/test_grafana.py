"""The shipped dashboards: as far as can be said without Grafana, they can be imported and each panel has its data."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.grafana import BOARDS, boards, expressions, panels
from tests.deploy.prometheus import Exported, needs_promtool, promtool, rules
from tests.deploy.test_prometheus import has_to_be_there

NAMES = [path.stem for path in BOARDS]
UNITS = {"short", "s", "bytes", "reqps", "percentunit"}
TYPES = {"row", "stat", "timeseries", "table", "state-timeline"}
EXPRESSIONS = [
    pytest.param(expression, id=f"{name}: {title}")
    for name, board in boards().items()
    for title, expression in expressions(board)
]


@pytest.fixture(params=NAMES)
def board(request: pytest.FixtureRequest) -> dict[str, Any]:
    return boards()[request.param]


def test_there_is_one_for_the_fleet_and_one_for_a_room() -> None:
    assert NAMES == ["fleet", "room"]
    assert len({board["uid"] for board in boards().values()}) == len(NAMES)


def test_it_has_what_an_import_wants(board: dict[str, Any]) -> None:
    assert board["schemaVersion"] == 38
    assert "id" not in board
    assert re.fullmatch(r"[a-z-]{1,40}", board["uid"])
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    assert {panel["type"] for panel in board["panels"]} <= TYPES
    for panel in panels(board):
        assert panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert all(each["datasource"] == panel["datasource"] for each in panel["targets"])
        refs = [each["refId"] for each in panel["targets"]]
        assert len(refs) == len(set(refs))


def test_units_and_thresholds_are_ones_that_grafana_knows(board: dict[str, Any]) -> None:
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"] in UNITS, panel["title"]
        steps = [step["value"] for step in defaults["thresholds"]["steps"]]
        assert steps[0] is None
        assert steps[1:] == sorted(steps[1:])


def test_panels_lie_side_by_side_within_24_columns(board: dict[str, Any]) -> None:
    places = [(panel["title"], *(panel["gridPos"][key] for key in "xywh")) for panel in board["panels"]]
    assert all(x >= 0 and x + w <= 24 and w > 0 and h > 0 for _, x, _, w, h in places)
    for (one, x, y, w, h), (other, a, b, c, d) in combinations(places, 2):
        assert x + w <= a or a + c <= x or y + h <= b or b + d <= y, f"{one} lies on {other}"


def test_variables_that_are_used_are_defined_and_the_other_way_round(board: dict[str, Any]) -> None:
    defined = {each["name"] for each in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)\b", json.dumps(board["panels"]) + json.dumps(board["annotations"])))
    used |= set(re.findall(r"\$\{?([a-z]+)\b", json.dumps(board["templating"])))
    assert defined == used
    for each in board["templating"]["list"]:
        assert each["type"] in {"query", "datasource"}
        assert each["type"] == "datasource" or each["query"]["query"] == each["definition"]


@needs_promtool
def test_every_expression_is_promql(tmp_path: Path) -> None:
    listed = [
        {"record": f"panel:{number}", "expr": expression}
        for number, (_, expression) in enumerate(each for board in boards().values() for each in expressions(board))
    ]
    path = tmp_path / "panels.yml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": listed}]}))  # JSON is YAML
    promtool("check", "rules", "--lint=none", str(path))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_panel_asks_for_what_a_core_exports_or_a_rule_records(expression: str, exported: Exported) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert set(re.findall(r"\b(?:room|site):\w+:\w+", expression)) <= recorded
    has_to_be_there(expression, exported)
