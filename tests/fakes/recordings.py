"""Recorded answers of Microsoft Graph, where they are on this machine."""

from __future__ import annotations

import os
from pathlib import Path

_SHARED = Path(os.environ.get("ROOM_AGENT_SHARED") or Path(__file__).parents[3] / "shared")
GRAPH = _SHARED / "data" / "recordings" / "graph"
_HOP_BY_HOP = ("content-length", "transfer-encoding", "date")


def recorded(name: str) -> tuple[dict[str, str], bytes]:
    """Headers (empty when none were kept) and body of `NAME.json`."""
    lines = GRAPH / f"{name}.headers.txt"
    headers = {}
    if lines.is_file():
        pairs = (line.partition(":") for line in lines.read_text().splitlines()[1:])
        headers = {key.strip(): value.strip() for key, _, value in pairs if key.strip().lower() not in _HOP_BY_HOP}
    return headers, (GRAPH / f"{name}.json").read_bytes()
