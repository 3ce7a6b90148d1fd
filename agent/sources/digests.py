"""Short fingerprints of what was asked for and what was there, for sync tokens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from agent.model.sync import Window


def scope_digest(mailbox: str, window: Window) -> str:
    """Of what was asked for."""
    return short_digest(repr((mailbox.strip().lower(), window.start.isoformat(), window.end.isoformat())))


def view_digest(change_keys: Mapping[str, str], *, complete: bool) -> str:
    """Of what was there: change keys by item id."""
    lines = (f"{item_id}\0{change_keys[item_id]}" for item_id in sorted(change_keys))
    return short_digest("\1".join((str(complete), *lines)))


def short_digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
