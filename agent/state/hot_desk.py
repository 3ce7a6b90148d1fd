"""Hot desking: another mailbox is shown for a while in place of the room. What may be shown, and what is said of it.

Pure; `agent.app.hot_desk` does it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from agent import wire
from agent.errors import CommandError, RoomAgentError
from agent.model.sync import Window
from agent.texts import say

SHOW_MAILBOX, UNDO = "show-mailbox", "undo"
MOST_MINUTES = 480
ACTIVE = "hot_desk.active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose calendar, and for how long."""

    mailbox: str
    minutes: int


class HotDesk(Protocol):
    """What commands need of the part that shows other mailboxes."""

    async def allow(self, wanted: Wanted, pin: str) -> None:
        """Whether this may be asked for. Raises CommandError when not."""

    async def show(self, command_id: str, wanted: Wanted) -> None:
        """Read the calendar and show it: it is on the screen when this returns. Raises RoomAgentError, the source's
        where the calendar cannot be read; the room's own is then still shown."""

    async def undo(self, command_id: str) -> None:
        """Go back to the room's own calendar now; nothing of the other is left when this returns. Raises CommandError
        (404) when this command shows nothing."""


def is_allowed(mailbox: str, allowed: Collection[str]) -> bool:
    """Whether one of the addresses or @domains names the mailbox; a domain's subdomains are other domains."""
    wanted = mailbox.lower()
    return wanted in allowed or f"@{wanted.rpartition('@')[2]}" in allowed


def commands(*, offered: bool, active: bool) -> tuple[str, ...]:
    """What is taken now besides the commands of every room."""
    return (*((SHOW_MAILBOX,) if offered else ()), *((UNDO,) if active else ()))


def notice(wanted: Wanted, command_id: str, shown: Window, zone: ZoneInfo, language: str) -> wire.Notice:
    """That it is not the room's calendar that is shown, until when, and the command that ends it."""
    time = f"{shown.end.astimezone(zone):%H:%M}"
    return wire.Notice(
        code=ACTIVE,
        severity="info",
        title=say(language, ACTIVE),
        detail=say(language, ACTIVE, "detail", mailbox=wanted.mailbox, time=time),
        since=wire.instant(shown.start),
        action={"command": UNDO, "body": {"command_id": command_id}, "until": wire.instant(shown.end)},
    )


def not_erased(since: datetime, language: str) -> wire.Notice:
    """That something of a mailbox is still on the disk."""
    code = "hot_desk.not_erased"
    title, detail = say(language, code), say(language, code, "detail")
    return wire.Notice(code=code, severity="error", title=title, detail=detail, since=wire.instant(since))


def off() -> CommandError:
    """No mailbox is named."""
    return CommandError(
        "hot_desk.off", "Showing other mailboxes is off; the administrator names them in [hot_desk] allowed.", 403
    )


def not_allowed() -> CommandError:
    """Others are named."""
    return CommandError(
        "hot_desk.not_allowed", "This mailbox may not be shown here; [hot_desk] allowed does not name it.", 403
    )


def delegated() -> CommandError:
    """A person's sign-in opens what that person may open."""
    return CommandError(
        "hot_desk.delegated",
        "This room signs in as a person (device code); that opens no calendars of others, so none can be shown.",
        409,
    )


_BUSY = "hot_desk.busy", "Another mailbox is shown already; end that first."


def busy_now() -> CommandError:
    """Before anything is accepted."""
    return CommandError(*_BUSY, 409)


def busy() -> RoomAgentError:
    """Two were accepted at the same time: the second one fails."""
    return RoomAgentError(*_BUSY)


def nothing_to_undo() -> CommandError:
    """The id is of another command, or its time is over."""
    return CommandError("undo.nothing", "Nothing that this command did can be undone any more.", 404)


def pin_missing() -> CommandError:
    """Without a PIN nobody can prove to be the administrator."""
    return CommandError("pin.none", "This room has no administrator's PIN yet; set one in its settings.", 409)


def pin_wrong() -> CommandError:
    """It counts."""
    return CommandError("pin.wrong", "This is not the administrator's PIN.", 403)


def pin_locked(seconds: int) -> CommandError:
    """Not even the right one is taken."""
    return CommandError("pin.locked", f"Too many wrong PINs; try again in {seconds} seconds.", 429)
