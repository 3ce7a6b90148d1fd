"""The shipped dashboards as data. Grafana is in no Debian release: what it would draw is not seen by any test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.deploy.prometheus import ROOT

BOARDS = sorted((ROOT / "deploy" / "grafana").glob("*.json"))


def boards() -> dict[str, dict[str, Any]]:
    """Dashboards by name of their file."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in BOARDS}


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels, headings of rows apart."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def expressions(board: dict[str, Any], *, site: str = ".*", room: str = "San Jose") -> Iterator[tuple[str, str]]:
    """(title, expression) of each panel and annotation, its variables replaced."""
    found = [(panel["title"], each["expr"]) for panel in panels(board) for each in panel["targets"]]
    found += [(each["name"], each["expr"]) for each in board["annotations"]["list"] if "expr" in each]
    for title, expression in found:
        yield title, expression.replace("$site", site).replace("$room", room)
