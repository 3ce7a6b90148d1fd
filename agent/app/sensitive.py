"""What a box must not tell anybody: its secrets, and what is in its calendar."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent.config import Config
from agent.errors import StoreError
from agent.state.scrub import Scrub
from agent.store.left import texts_left
from agent.system.places import Places

CREDENTIALS = Path("/run/credentials/room-agent.service")
_SECRET_LARGEST, _SECRETS_MOST = 64 * 1024, 100
_CONFIG_LARGEST = 1024 * 1024
_NAMED = re.compile(r"""(?m)^\s*([a-z_.]*_file)\s*=\s*["']([^"'\n]+)["']""")
"""A file that a configuration names, be it good or not."""
_PUBLIC = frozenset({"ca_file", "logo_file", "background_file", "edid_file"})
_TOKEN_SHORTEST = 24
"""Characters of a secret within JSON; shorter texts there are its names and kinds."""


def scrub_of(found: Places, config: Config) -> Scrub:
    """What this box must not tell: its secrets, and what is in its calendar."""
    content: set[str] = set()
    with suppress(StoreError):
        content = texts_left(found.database)
    secrets = {text for path in _secret_files(found) for text in _texts(path)}
    endpoints = (config.calendar.ews.endpoint, config.calendar.ews.authority, config.calendar.graph.endpoint,
                 config.calendar.graph.authority)  # fmt: skip
    return Scrub(secrets, content, hosts=(urlsplit(each).hostname or "" for each in endpoints))


def _secret_files(found: Places) -> Iterator[Path]:
    yield found.api_token
    folders = [found.state / "secrets", CREDENTIALS]
    if os.environ.get("CREDENTIALS_DIRECTORY"):
        folders.append(Path(os.environ["CREDENTIALS_DIRECTORY"]))
    for folder in folders:
        with suppress(OSError):
            yield from sorted(folder.iterdir())[:_SECRETS_MOST]
    if found.config is not None:
        with suppress(OSError), found.config.open("rb") as file:
            text = file.read(_CONFIG_LARGEST).decode("utf-8", "replace")
            yield from (found.config.parent / named for key, named in _NAMED.findall(text) if key not in _PUBLIC)


def _texts(path: Path) -> Iterator[str]:
    """A secret's text, and its parts: lines of a key, what follows a name and a colon, tokens within JSON."""
    with suppress(OSError):
        if not path.is_file():
            return
        with path.open("rb") as file:
            text = file.read(_SECRET_LARGEST).decode("utf-8", "surrogateescape").strip()
        yield text
        for line in text.splitlines():
            if not line.startswith("-----"):
                yield line.strip()
                yield line.partition(":")[2].strip()
        with suppress(ValueError, RecursionError):
            yield from (each for each in _strings(json.loads(text)) if len(each) >= _TOKEN_SHORTEST)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _strings(each)
    elif isinstance(data, list):
        for each in data:
            yield from _strings(each)
