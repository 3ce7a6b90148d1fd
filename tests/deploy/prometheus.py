"""What the tests of monitoring share: the shipped rules as data, the metrics that a core really exports, promtool."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
PREFIX = "room_agent_"
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing (Debian: apt install prometheus)")

_METRIC = re.compile(r"(?<![\w:{])(room_agent_[a-z0-9_]+|process_[a-z_]+)(?![\w:])(\{[^}]*\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on|without|ignoring)\s*\([^)]*\)")


def read_yaml(path: Path) -> Any:
    """The file as data. PyYAML comes with the tools for developers; it has no types."""
    return importlib.import_module("yaml").safe_load(path.read_text("utf-8"))


def rules() -> Iterator[dict[str, Any]]:
    """Every recording and alert rule that is shipped."""
    for path in RULES:
        for group in read_yaml(path)["groups"]:
            yield from group["rules"]


def alerts() -> dict[str, dict[str, Any]]:
    """Alert rules by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def promtool(*arguments: str) -> None:
    """Run it; its complaints are the test's."""
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class Asked:
    """A metric in an expression, and its label matchers: (label, operator, text)."""

    name: str
    matchers: tuple[tuple[str, str, str], ...] = ()


def asked(expression: str) -> Iterator[Asked]:
    """Every metric of ours in an expression, recorded ones apart."""
    for found in _METRIC.finditer(_GROUPING.sub("", expression)):
        yield Asked(found[1], tuple(_MATCHER.findall(found[2] or "")))


@dataclass
class Exported:
    """What an exposition holds: label sets by name of the series, and the kind of each family."""

    series: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def complaint(self, each: Asked, target_labels: frozenset[str]) -> str | None:
        """Why an expression's metric would find nothing; None when it would find something."""
        if each.name not in self.series:
            later = self.kinds.get(each.name.removesuffix("_total")) == "counter"  # its series come when first seen
            return None if later else f"{each.name} is not exported"
        fitting = list(self.series[each.name])
        for label, operator, text in each.matchers:
            if label in target_labels:
                continue
            if any(label not in labels for labels in fitting):
                return f"{each.name} has no label {label}"
            if operator == "=~":  # each alternative must be a value that exists
                lost = [value for value in text.split("|") if not any(_fits(value, s[label]) for s in fitting)]
                if lost:
                    return f"{each.name} has no {label} {lost}"
                fitting = [labels for labels in fitting if _fits(text, labels[label])]
            elif operator == "=":
                fitting = [labels for labels in fitting if labels[label] == text]
            if not fitting:
                return f"{each.name} has no {label} {text}"
        return None


def _fits(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None
