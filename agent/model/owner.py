"""Boxes that serve one mailbox, as they see each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.model.event import ItemId


@dataclass(frozen=True, slots=True)
class OwnerMark:
    """A mark in the room's calendar. `owner`: the id of a state directory; `host`: the machine's name, bounded, of safe
    characters; `at`: when it was put there, by the server's clock."""

    item_id: ItemId
    owner: str
    host: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondOwner:
    """That another box serves this mailbox, and since when this one knows."""

    host: str
    since: datetime
