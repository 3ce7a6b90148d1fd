"""What the control page needs of the demo's server: switches to throw, and what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Fault(StrEnum):
    """The ways Exchange can be made to fail while it still answers."""

    SLOW = "slow"
    BUSY = "busy"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  the name of a fault
    CAPTIVE_PORTAL = "captive-portal"
    MAILBOX_NOT_FOUND = "mailbox-not-found"
    IMPERSONATION_DENIED = "impersonation-denied"
    PASSWORD_EXPIRED = "password-expired"  # noqa: S105  likewise
    ACCOUNT_LOCKED = "account-locked"
    MAILBOX_NOT_READY = "mailbox-not-ready"
    LICENCE_MISSING = "licence-missing"
    EWS_DISABLED = "ews-disabled"
    ROOM_LISTS_DENIED = "room-lists-denied"
    WRITE_DENIED = "write-denied"


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request the server answered, for the impersonated `mailbox`; `items`: how many it asked for by id."""

    number: int
    at: datetime
    operation: str
    mailbox: str
    status: int
    items: int


class ExchangeSwitches(Protocol):
    """Thread-safe; calling a switch twice is harmless."""

    @property
    def is_up(self) -> bool:
        """Whether the server takes connections."""

    def take_down(self) -> None:
        """Refuse connections and drop the open ones."""

    def bring_back(self) -> None:
        """Take connections again."""

    def faults(self) -> frozenset[Fault]:
        """Those that are active."""

    def set_fault(self, fault: Fault, active: bool) -> None:
        """Have the following requests fail this way, or no longer."""

    def heal(self) -> None:
        """No fault any more, whoever caused it, and connections are taken."""

    def counts(self) -> Mapping[str, int]:
        """Requests answered since the start, by EWS operation."""

    def recent(self) -> Sequence[SeenRequest]:
        """The latest requests, newest first, a bounded number."""
