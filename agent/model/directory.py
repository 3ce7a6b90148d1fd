"""Rooms and people as a directory lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox by its primary SMTP address; `name` is what people call it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the service let us see of the room: the steps that passed, in order, and its version if it told one."""

    steps: tuple[str, ...]
    server_version: str | None = None


class MailboxKind(StrEnum):
    """Whose mailbox it is, as far as the service tells."""

    ROOM = "room"
    EQUIPMENT = "equipment"
    SHARED = "shared"
    USER = "user"
    UNKNOWN = "unknown"
