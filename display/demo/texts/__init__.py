"""The demo's sentences, flat, by key; the page gets the same table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def texts() -> Mapping[str, str]:
    """The English table."""
    table: Mapping[str, str] = json.loads(files(__name__).joinpath("en.json").read_text("utf-8"))
    return table
