"""The room's mailbox: made, and told to keep what joining a meeting needs."""

from __future__ import annotations

from agent.powershell.lines import Lines, either, names, unless_found
from agent.powershell.terms import Term

_KEEP_CONTENT = (
    "-DeleteComments $false -DeleteSubject $false -AddOrganizerToSubject $false -RemovePrivateProperty $false"
)
_READ = names(
    "AutomateProcessing",
    "DeleteComments",
    "DeleteSubject",
    "AddOrganizerToSubject",
    "RemovePrivateProperty",
    "DeleteAttachments",
    "DeleteNonCalendarItems",
    "AllowRecurringMeetings",
    "AllowConflicts",
    "ProcessExternalMeetingMessages",
)


def new_mailbox(room: Term) -> Lines:
    """A room or, by the script's choice, an equipment mailbox, where there is none under this address."""
    new = f"New-Mailbox -Name {room.local_part} -Alias {room.local_part} -PrimarySmtpAddress {room}"
    return unless_found(f"Get-Mailbox -Identity {room}", *either("$Equipment", f"{new} -Equipment", f"{new} -Room"))


def processing(room: Term, *, by_the_box: bool) -> str:
    """What Exchange does with requests and their content. `by_the_box`: it leaves them in the inbox, where the box
    answers them (PX-06). Microsoft's own recommendation for Teams Rooms is the same but for the last parameter."""
    if by_the_box:
        return (
            f"Set-CalendarProcessing -Identity {room} -AutomateProcessing None {_KEEP_CONTENT}"
            " -DeleteAttachments $false -DeleteNonCalendarItems $false -ProcessExternalMeetingMessages $true"
        )
    return (
        f"Set-CalendarProcessing -Identity {room} -AutomateProcessing AutoAccept {_KEEP_CONTENT}"
        " -DeleteAttachments $true -AllowRecurringMeetings $true -ProcessExternalMeetingMessages $true"
    )


def check_processing(room: Term) -> str:
    return f"Get-CalendarProcessing -Identity {room} | fl {_READ}"


def full_access(room: Term, user: str) -> str:
    """A person may open the room's mailbox. `user` is PowerShell. Not for the box, which needs no such right."""
    return (
        f"Add-MailboxPermission -Identity {room} -User {user} -AccessRights FullAccess -InheritanceType All"
        " -AutoMapping $false"
    )
