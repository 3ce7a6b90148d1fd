"""The rules in quick motion say the same about other spans of time."""

from __future__ import annotations

import re

import pytest

from tests.alerts.shorten import shortened
from tests.deploy.prometheus import RULES, read_yaml, rules


@pytest.mark.parametrize(
    ("expression", "short"),
    [
        ("age > 15 * 60", "age > 15 * 2"),
        ("ends - time() < 14 * 86400", "ends - time() < 14 * 86400"),
        ("increase(x[10m]) > 9", "increase(x[60s]) > 9"),
        ("rate(x[1h])", "rate(x[120s])"),
        ("x offset 1d > 0", "x offset 120s > 0"),
        ("increase(x[7d]) > 5", "increase(x[120s]) > 5"),
        ("free < 256 * 1024 * 1024", "free < 256 * 1024 * 1024"),
    ],
)
def test_spans_of_time_are_shortened_and_nothing_else(expression: str, short: str) -> None:
    (group,) = shortened({"groups": [{"name": "one", "rules": [{"alert": "A", "expr": expression}]}]})["groups"]
    assert group == {"name": "one", "interval": "1s", "rules": [{"alert": "A", "expr": short}]}


@pytest.mark.parametrize(("long", "short"), [("3m", "6s"), ("15m", "15s"), ("1h", "15s"), ("7d", "15s")])
def test_waiting_is_shortened_to_at_most_15_seconds(long: str, short: str) -> None:
    (group,) = shortened({"groups": [{"name": "one", "rules": [{"alert": "A", "expr": "up", "for": long}]}]})["groups"]
    assert group["rules"][0]["for"] == short


def test_every_rule_stays_and_says_its_spans_in_a_way_that_can_be_shortened() -> None:
    short = [rule for path in RULES for group in shortened(read_yaml(path))["groups"] for rule in group["rules"]]
    assert [rule.get("alert", rule.get("record")) for rule in short] == [
        rule.get("alert", rule.get("record")) for rule in rules()
    ]
    plain = re.compile(r"(?:time\(\)|:seconds)\)? [<>]=? \d+\b(?! \*)")
    assert [rule["expr"] for rule in rules() if plain.search(rule["expr"])] == []
