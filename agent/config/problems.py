"""What is wrong with a configuration, as sentences: key path, value, what is expected. Secrets are never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

from pydantic import BaseModel, ValidationError

from agent.config.notation import toml_value
from agent.config.schema import Location, all_keys, dotted, expected, keys
from agent.config.sections import IMAGE

_SECRET_NAME = re.compile(
    r"(pass(word|phrase|wd|code)?|secret|token|pin|credentials?|(api|private)_?key)$", re.IGNORECASE
)
_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct. `value` is in TOML notation, None when there is none to show."""

    key: str
    value: str | None
    expected: str

    def __str__(self) -> str:
        return f"{self.key}: {self.expected}" if self.value is None else f"{self.key} = {self.value}: {self.expected}"


def from_validation(error: ValidationError, root: type[BaseModel], data: Mapping[str, object]) -> list[Problem]:
    """One problem for each wrong key, in the order pydantic met them."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        location = place(detail["loc"])
        if detail["type"] == "extra_forbidden":
            problem = _unknown(location, root)
        elif detail["type"] == "missing":
            problem = Problem(dotted(location), None, f"missing; expected {expected(root, location)}")
        else:
            reason = str(detail["ctx"]["error"]) if detail["type"] == "value_error" else ""
            value = None if "[key]" in detail["loc"] else _shown(location, data)
            problem = Problem(dotted(location), value, reason or f"expected {expected(root, location)}")
        found.setdefault(problem.key, problem)
    return list(found.values())


def place(reported: Location) -> Location:
    """Where in the file an error is; pydantic marks a bad table name by a last part of its own."""
    return tuple(part for part in reported if part != "[key]")


def without(data: Mapping[str, object], locations: Iterable[Location]) -> dict[str, object]:
    """A copy of the file's data from which the tables and keys at these places are gone, lists with them as a whole."""
    paths = [tuple(takewhile(lambda part: isinstance(part, str), location)) for location in locations]
    return {
        key: without(value, [path[1:] for path in paths if path[:1] == (key,)]) if isinstance(value, Mapping) else value
        for key, value in data.items()
        if (key,) not in paths
    }


def _unknown(location: Location, root: type[BaseModel]) -> Problem:
    """The value of an unknown key is never shown: it may be a password under a mistyped name."""
    *section, last = location
    name, key = str(last), dotted(location)
    here = keys(root, tuple(section))
    file = here.get(f"{name}_file")
    if (file is not None and file.description != IMAGE) or _SECRET_NAME.search(name):
        place = f"{name}_file" if file is not None else "a key that ends in _file"
        return Problem(
            key,
            None,
            "a secret is never in this file, which many may read and back up; write it into a file of its own, "
            f"mode 0600, and name that in {place}, or pass it as a systemd credential",
        )
    hint = _close(name, here, section) or _elsewhere(name, root) or _known(here)
    return Problem(key, None, f"unknown {'key' if section else 'section'}; {hint}")


def _close(name: str, here: Iterable[str], section: list[int | str]) -> str | None:
    close = get_close_matches(name.lower().replace("-", "_"), here, n=1)
    return f"did you mean {dotted((*section, close[0]))}?" if close else None


def _elsewhere(name: str, root: type[BaseModel]) -> str | None:
    others = [dotted(path) for path in all_keys(root) if path[-1] == name]
    return f"did you mean {' or '.join(others)}?" if others else None


def _known(here: Iterable[str]) -> str:
    return f"known here: {', '.join(here)}"


def _shown(location: Location, data: Mapping[str, object]) -> str | None:
    """The value in the file; None for a table. File names, URLs with credentials and the like are not shown."""
    value: Any = data
    for part in location:
        value = value[part]
    name = next((part for part in reversed(location) if isinstance(part, str)), "")
    if isinstance(value, Mapping):
        return None
    if name.endswith("_file") or "@" in str(value).partition("://")[2]:
        return "(not shown)"
    text = toml_value(value)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
