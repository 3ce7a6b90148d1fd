"""The effective configuration as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from agent.config.model import Config
from agent.config.notation import toml_document

PLAIN = frozenset(
    {
        "timezone", "language", "source", "fallback", "endpoint", "auth", "authority", "scope", "show_subject",
        "untrusted", "provider", "launcher", "theme", "dim_from", "dim_until", "content", "nightly", "kind", "match",
        "label", "audio", "color", "listen", "remote_listen", "setup_listen", "client_secret_expires",
    }
)  # fmt: skip
"""Keys whose texts are nobody's secret, address or host, but for Exchange's own."""
VEIL = "[set]"


def show_config(config: Config, *, changed_only: bool = False) -> str:
    """The configuration in TOML, which `load` reads back to an equal value; on request only what is not the default.

    Secrets are not in it: only the paths of their files are part of a configuration.
    """
    data = config.model_dump()
    if changed_only:
        data = dict(_difference(data, Config.default().model_dump()))
    return toml_document(data).rstrip("\n")


def show_for_support(config: Config) -> str:
    """What is not the default, in TOML, for people outside the organisation: numbers, choices and names of things stay,
    of all other texts only that they are set. A key nobody thought of is among the latter."""
    changed = _difference(config.model_dump(), Config.default().model_dump())
    return toml_document({name: _veiled(name, value) for name, value in changed.items()}).rstrip("\n")


def _veiled(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _veiled(key, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_veiled(name, each) for each in value]
    return VEIL if isinstance(value, str) and value and name not in PLAIN else value


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
