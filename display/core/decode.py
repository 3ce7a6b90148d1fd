"""JSON of the core → wire values. Unknown keys are ignored, and a value of another type counts as left out: an older
display beside a newer core goes on. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_LIMIT = 1_000
"""Entries of a list that are read."""


class Malformed(ValueError):
    """A value without which the rest makes no sense is missing or of another type."""


def decode(kind: type[T], data: object) -> T:
    """The dataclass `kind` of JSON data. Raises Malformed where a field without a default is missing or unusable."""
    if not isinstance(data, Mapping):
        raise Malformed(f"{kind.__name__}: expected an object")
    values = {}
    for name, wanted, required in _fields(kind):  # type: ignore[arg-type]
        try:
            values[name] = _value(wanted, data[name])
        except (KeyError, Malformed):
            if required:
                raise Malformed(f"{kind.__name__}.{name}: missing or unusable") from None
    return kind(**values)


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (each.name, hints[each.name], each.default is each.default_factory is dataclasses.MISSING)
        for each in dataclasses.fields(kind)
    )


def _value(wanted: Any, value: object) -> Any:
    shape = get_origin(wanted) or wanted
    if shape in (Union, UnionType):
        return _one_of(get_args(wanted), value)
    if dataclasses.is_dataclass(shape):
        return decode(wanted, value)
    if shape is float and type(value) is int:
        return float(value)
    if shape is not Any and type(value) is not shape:
        raise Malformed
    if isinstance(value, list):
        return [kept for each in value[:_LIMIT] for kept in _entry(get_args(wanted)[0], each)]
    return value


def _one_of(kinds: tuple[Any, ...], value: object) -> Any:
    if value is None and NoneType in kinds:
        return None
    for each in kinds:
        if each is not NoneType:
            return _value(each, value)
    raise Malformed


def _entry(wanted: Any, value: object) -> list[Any]:
    try:
        return [_value(wanted, value)]
    except Malformed:
        return []
