"""A person who signs the box in with a code: the right is theirs, to the room's calendar folder, and not an app's."""

from __future__ import annotations

from agent.powershell.lines import Lines, names, note, unless_found, when
from agent.powershell.terms import Term

_FOLDER = "$Calendar"


def about_sign_in() -> Lines:
    """What Entra needs for it, which no cmdlet of this script does (exchange.md 1.3, 5.9)."""
    return note(
        "The box signs in with a code, in the name of the account. In Entra the app registration needs: under "
        "Authentication, Allow public client flows; the delegated permission Calendars.ReadWrite.Shared of Microsoft "
        "Graph, with an administrator's consent; and no application permission.",
        "CAUTION: such a sign-in ends when the password changes or the account is disabled, and policies of many "
        "tenants block it (Conditional Access, authentication flows). An app with a certificate is better.",
    )


def calendar_rights(account: Term, room: Term) -> Lines:
    """The account may read and write the room's calendar; the room's own account needs nothing. The folder's name
    depends on the mailbox's language."""
    found = f"Get-MailboxFolderStatistics -Identity {room} -FolderScope Calendar"
    first = "Where-Object { $_.FolderType -eq 'Calendar' } | Select-Object -First 1"
    there = f"Get-MailboxFolderPermission -Identity {_FOLDER} -User {account}"
    return [
        f"$FolderName = ({found} | {first}).Name",
        f"{_FOLDER} = '{{0}}:\\{{1}}' -f {room}, $FolderName",
        *when(
            f"{account} -ne {room}",
            *unless_found(
                there, f"Add-MailboxFolderPermission -Identity {_FOLDER} -User {account} -AccessRights Editor"
            ),
        ),
        *note(
            "This calendar only. On this box another room can be chosen only after this was done for it as well, and "
            "no mailbox can be shown for a while (hot desking)."
        ),
    ]


def check_rights() -> Lines:
    """Who may do what in the calendar."""
    return [
        *note("The account has to be here, with Editor or more; the room's own account need not."),
        f"Get-MailboxFolderPermission -Identity {_FOLDER} | ft {names('User', 'AccessRights')}",
    ]
