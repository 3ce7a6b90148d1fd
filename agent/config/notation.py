"""Values in TOML notation; the standard library only reads TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: object) -> str:
    """A value on one line. Dates and the like, which no key of ours holds, in their Python form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{toml_key(str(k))} = {toml_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return str(value)


def toml_key(name: str) -> str:
    """A key, quoted where TOML wants it."""
    return name if _BARE_KEY.fullmatch(name) else toml_value(name)


def toml_document(data: Mapping[str, object], path: str = "") -> str:
    """Nested mappings as TOML: plain keys first, then tables, then arrays of tables; the empty ones left out."""
    plain = {key: value for key, value in data.items() if not isinstance(value, Mapping) and not _is_tables(value)}
    text = "".join(f"{toml_key(key)} = {toml_value(value)}\n" for key, value in plain.items())
    if text and path:
        text = f"[{path}]\n{text}"
    for key, value in data.items():
        inner = f"{path}.{toml_key(key)}" if path else toml_key(key)
        parts = []
        if isinstance(value, Mapping):
            parts = [toml_document(value, inner)]
        elif _is_tables(value):
            parts = [f"[{inner}]\n{toml_document(item)}".replace(f"[{inner}]", f"[[{inner}]]", 1) for item in value]  # type: ignore[attr-defined]
        text += "".join(("\n" if text else "") + part for part in parts if part)
    return text


def _is_tables(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
