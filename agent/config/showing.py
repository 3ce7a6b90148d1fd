"""The effective configuration as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from agent.config.model import Config
from agent.config.notation import toml_document


def show_config(config: Config, *, changed_only: bool = False) -> str:
    """The configuration in TOML, which `load` reads back to an equal value; on request only what is not the default.

    Secrets are not in it: only the paths of their files are part of a configuration.
    """
    data = config.model_dump()
    if changed_only:
        data = dict(_difference(data, Config.default().model_dump()))
    return toml_document(data).rstrip("\n")


def _difference(data: Mapping[str, object], default: Mapping[str, object]) -> Mapping[str, object]:
    changed: dict[str, object] = {}
    for key, value in data.items():
        before = default.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            inner = _difference(cast("Mapping[str, object]", value), before)
            if inner:
                changed[key] = inner
        elif value != before:
            changed[key] = value
    return changed
