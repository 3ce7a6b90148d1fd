"""Values as they stand in commands: a literal where one is known, else a variable that is filled in at the top."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from agent.powershell.options import Options, Scope
from agent.powershell.quoting import quoted, quoted_filter

NAME_LENGTH = 64  # of scopes and role assignments: New-ManagementScope, New-ManagementRoleAssignment


@dataclass(frozen=True, slots=True)
class Term:
    """`text` is the value, empty where it is not known. As a string it is PowerShell: a literal or the variable."""

    text: str
    variable: str
    example: str
    hint: str

    def __str__(self) -> str:
        return quoted(self.text) if self.text else f"${self.variable}"

    @property
    def definition(self) -> str:
        """The line at the top in which the administrator fills it in."""
        return f"${self.variable} = {quoted(self.example)}  # {self.hint}"

    def equals(self, filterable: str) -> str:
        """An argument that is the OPATH filter which compares the property `filterable` with this value."""
        if self.text:
            return quoted_filter(filterable, self.text)
        return filled_filter(filterable, f"${self.variable}")

    @property
    def local_part(self) -> str:
        """What stands before the @, as an argument."""
        if self.text:
            return quoted(self.text.partition("@")[0])
        return f"(${self.variable}.Split('@')[0])"


def filled_filter(filterable: str, expression: str) -> str:
    """The same filter, for a value that the script itself knows: its single quotes are doubled when it runs."""
    return f'("{filterable} -eq \'{{0}}\'" -f {expression}.Replace("\'", "\'\'"))'


def room(text: str) -> Term:
    return Term(text, "Room", "room@contoso.example", "the room's primary mail address")


def account(text: str) -> Term:
    return Term(text, "Account", "svc-rooms@contoso.example", "the service account's user principal name")


def app_id(text: str) -> Term:
    return Term(text, "AppId", f"{'0' * 8}-0000-0000-0000-{'0' * 12}", "Entra: Enterprise applications, Application ID")


def object_id(text: str) -> Term:
    hint = "Entra: Enterprise applications, Object ID (not that under App registrations)"
    return Term(text, "ObjectId", f"{'0' * 8}-0000-0000-0000-{'0' * 12}", hint)


def group(text: str) -> Term:
    hint = "the group whose members are the rooms, by address or name"
    return Term(text, "Group", "rooms-of-the-boxes@contoso.example", hint)


def room_list(text: str) -> Term:
    return Term(text, "RoomList", "", "the address of a room list with this room in it; empty: none")


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms of a script. `scope` and `assignment` name what it makes; a room's or a group's scope is its own."""

    room: Term
    account: Term
    app_id: Term
    object_id: Term
    group: Term
    room_list: Term
    scope: Term
    assignment: Term
    inbox_assignment: Term
    sending_assignment: Term

    @classmethod
    def of(cls, options: Options) -> Terms:
        who = options.object_id if options.online else options.service_account
        about = _about(options)
        names = Term("", "Name", "RoomAgent room 1", f"a name for what is made here, at most {NAME_LENGTH} characters")
        inbox = Term("", "InboxName", "RoomAgent inbox 1", "another such name")
        sending = Term("", "SendingName", "RoomAgent sending 1", "another such name")
        return cls(
            room(options.mailbox),
            account(options.service_account),
            app_id(options.app_id),
            object_id(options.object_id),
            group(options.group),
            room_list(options.room_list),
            Term(name(about), *_rest(names)) if about else names,
            Term(name(about, options.kind, who), *_rest(names)) if about and who else names,
            Term(name(about, "inbox", who), *_rest(inbox)) if about and who else inbox,
            Term(name(about, "sending", who), *_rest(sending)) if about and who else sending,
        )


def name(*parts: str) -> str:
    """A name of at most 64 characters that no other values lead to: what had to be left out stands in a digest."""
    full = " ".join(("RoomAgent", *parts))
    safe = re.sub(r"[^A-Za-z0-9@. _-]", "_", full)
    if safe == full and len(full) <= NAME_LENGTH:
        return full
    digest = sha256(full.encode()).hexdigest()[:8]
    return f"{safe[: NAME_LENGTH - 1 - len(digest)]} {digest}"


def _about(options: Options) -> str:
    """Which mailboxes a scope is about, in a word; empty while that is not known."""
    match options.scope:
        case Scope.ROOM:
            return options.mailbox
        case Scope.GROUP:
            return f"group {options.group}" if options.group else ""
        case Scope.NONE:
            return "without scope"
        case _:
            return options.scope.value


def _rest(term: Term) -> tuple[str, str, str]:
    return term.variable, term.example, term.hint
