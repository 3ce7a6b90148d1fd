"""Questions about the keys that exist: which, where, and what is expected of them. Pure, from the models alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent.config.notation import toml_key

Location = tuple[int | str, ...]
"""Keys and list positions from the root of the file, as pydantic reports them."""


def dotted(location: Location) -> str:
    """A key path as people write it: `join.rules[0].path`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{toml_key(part)}" if text else toml_key(part)
    return text


def keys(root: type[BaseModel], location: Location) -> Mapping[str, FieldInfo]:
    """The keys of the table at this place; empty when it is no table of ours."""
    model, names = root, [part for part in location if isinstance(part, str)]
    while names:
        field = model.model_fields.get(names.pop(0))
        inner = _table(field.annotation) if field else None
        if field is None or inner is None:
            return {}
        if _is_table_of_tables(field):
            names = names[1:]  # the name is the administrator's
        model = inner
    return model.model_fields


def all_keys(root: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every section and key, in the order of the models."""
    for name, field in keys(root, path).items():
        yield (*path, name)
        if not _is_table_of_tables(field):
            yield from all_keys(root, (*path, name))


def expected(root: type[BaseModel], location: Location) -> str:
    """What a value at this place has to be, as the end of a sentence."""
    names = [part for part in location if isinstance(part, str)]
    field = keys(root, tuple(names[:-1])).get(names[-1])
    if field is None:
        return "a table"
    if field.description:
        return field.description
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(field.annotation))
    return "true or false" if field.annotation is bool else f"a table [{dotted(location)}]"


def _table(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _table(part))), None)


def _is_table_of_tables(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Mapping
