"""What a person is told about a meeting without a Join button: a sentence, what helps, and for settings of the mailbox
the command (XT-01, CX-12)."""

from __future__ import annotations

from dataclasses import dataclass

from agent.model.join import NoJoinReason
from agent.texts import say

_COMMANDS = {
    NoJoinReason.BODY_DELETED: "Set-CalendarProcessing -Identity {mailbox} -DeleteComments $false",
    NoJoinReason.EXTERNAL_MAIL_BLOCKED: (
        "Set-CalendarProcessing -Identity {mailbox} -ProcessExternalMeetingMessages $true"
    ),
}
_SOMEBODY = "room@contoso.example"


@dataclass(frozen=True, slots=True)
class Cure:
    """`title`: why, without a full stop; `detail`: sentences; `command`: PowerShell for an Exchange administrator."""

    title: str
    detail: str
    command: str | None


def cure_of(reason: NoJoinReason, language: str, mailbox: str = "") -> Cure:
    """The sentences for a reason in a language, the command filled in with the room's mailbox."""
    code = f"no_join.{reason.value}"
    command = _COMMANDS.get(reason)
    return Cure(
        say(language, code),
        say(language, code, "detail"),
        command.format(mailbox=_quoted(mailbox or _SOMEBODY)) if command is not None else None,
    )


def _quoted(text: str) -> str:
    """A PowerShell string that nothing in it can leave: every kind of single quote is doubled."""
    return "'" + "".join(letter * 2 if letter in "'\u2018\u2019\u201a\u201b" else letter for letter in text) + "'"
