"""Reading JSON that may hold anything: what is of another type than documented counts as missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def inner(holder: Json, name: str) -> Json:
    """An object; an empty one when it is missing."""
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def text(holder: Json, name: str) -> str | None:
    """A string."""
    value = holder.get(name)
    return value if isinstance(value, str) else None


def word(holder: Json, name: str) -> str:
    """A value of an enumeration, in lower case; "" when it is missing."""
    return (text(holder, name) or "").strip().lower()


def objects(holder: Json, name: str) -> list[Json]:
    """The objects of a list; what else stands in it is left out."""
    value = holder.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
