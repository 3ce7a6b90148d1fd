"""One hierarchy, split by what the caller can do.

RoomAgentError                   anything we know how to say
├── ConfigError                  the administrator edits the file        (exit 2)
├── UsageError                   the caller corrects the command         (exit 2)
├── AlreadyRunning               another room-agent owns the state directory
├── StoreError                   report; the screen lives on from memory
├── CommandError                 the person presses something else
├── OrderFailed                  the display could not do it; the person tries another way
└── SourceError                  the calendar could not be read
    ├── SourceUnavailable        wait, try again with back-off
    ├── SourceThrottled          wait as long as the server says (`retry_after_s`)
    ├── SignInFailed             a new secret is needed; try rarely (account lock-out)
    ├── AccessDenied             the Exchange administrator grants a right; keep trying
    ├── MailboxNotFound          the address is wrong or the mailbox is gone; keep trying
    ├── SyncTokenInvalid         start over without a token
    └── WriteConflict            what is to be written over has changed: read it again

`code` is stable and dotted, the key of a title, a detail and a cure in `agent/texts`. `str(error)` is one technical
sentence for the log and the shell: what, where, what to do. It never holds a secret, a subject or a person's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


class RoomAgentError(Exception):
    """Base of everything we raise on purpose."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConfigError(RoomAgentError):
    """The configuration is wrong; the message names file, key path, value and what is expected."""

    def __init__(self, message: str, code: str = "config.invalid") -> None:
        super().__init__(code, message)


class SecretLost(ConfigError):
    """A secret that was entered on the screen is there neither plain nor sealed: another disk, another TPM."""


class UsageError(RoomAgentError):
    """The command line asks for something that cannot be done."""

    def __init__(self, message: str, code: str = "usage.invalid") -> None:
        super().__init__(code, message)


class AlreadyRunning(RoomAgentError):
    """The state directory belongs to a running agent."""


class StoreError(RoomAgentError):
    """The database cannot be read or written."""


class CommandError(RoomAgentError):
    """A command is refused. `status` is the HTTP status that says so."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(code, message)
        self.status = status


class OrderFailed(RoomAgentError):
    """The display did not do what it was asked. `part`: what it is about, as people call it."""

    def __init__(self, code: str, message: str, part: str = "") -> None:
        super().__init__(code, message)
        self.part = part


class SourceError(RoomAgentError):
    """The calendar source did not give what was asked.

    `requests`: HTTP requests the failed call had made; an adapter that knows a better number sets it. `hints`: what the
    server said beside the code, in bounded printable words, for whoever looks for the cause: `response` (Exchange's or
    Graph's own code), `request_id` (of its answer), `aadsts` (Entra's number), `offered` (ways to sign in), `primary`
    (the room's primary address).
    """

    requests: int = 1
    hints: Mapping[str, str] = MappingProxyType({})

    def hinting(self, **hints: str) -> Self:
        """The same error, with these hints that are not empty."""
        self.hints = {**self.hints, **{name: hint for name, hint in hints.items() if hint}}
        return self


class SourceUnavailable(SourceError):
    """Network, server or protocol trouble: the last good calendar stays, try again."""


class SourceThrottled(SourceError):
    """The server asks us to wait `retry_after_s` seconds (None: it did not say how long)."""

    def __init__(self, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class SignInFailed(SourceError):
    """The service account's secret was refused."""


class AccessDenied(SourceError):
    """Signed in, but not allowed to read this mailbox."""


class MailboxNotFound(SourceError):
    """The room's address names no mailbox."""


class SyncTokenInvalid(SourceError):
    """The source no longer knows the token."""


class WriteConflict(SourceError):
    """An item is not as it was when it was read."""
