"""About a room's mailbox. One line each. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from agent.powershell.quoting import quoted


def allow_ews_on_prem(room: str) -> str:
    """For the organisation and the room."""
    return f"Set-OrganizationConfig -EwsEnabled $true{free(room)}"


def permissions(address: str) -> str:
    return f"Get-MailboxPermission -Identity {quoted(address)} | Format-Table User,AccessRights"


def recipient(address: str) -> str:
    """What the organisation has under an address."""
    shown = "RecipientTypeDetails,PrimarySmtpAddress,EmailAddresses,WhenCreated"
    return f"Get-Recipient -Identity {quoted(address)} | Format-List {shown}"


def licences(address: str) -> str:
    return f"Get-MgUserLicenseDetail -UserId {quoted(address)} | Format-Table SkuPartNumber; {recipient(address)}"


def make_room(address: str) -> str:
    return f"Set-Mailbox -Identity {quoted(address)} -Type Room"


def calendar_rights(room: str) -> str:
    """Who may do what in the calendar folder."""
    folder = quoted(f"{room}:\\Calendar")
    return f"Get-MailboxFolderPermission -Identity {folder} | Format-Table User,AccessRights"


def processing(room: str, settings: Mapping[str, str]) -> str:
    """`settings`: parameters of Set-CalendarProcessing and their values, which are ours."""
    wanted = " ".join(f"-{name} {value}" for name, value in settings.items())
    return f"Set-CalendarProcessing -Identity {quoted(room)} {wanted}"


def remove_items_ews(room: str, subject: str) -> str:
    """Exchange Server."""
    query = f'subject:"{subject}"'
    return f"Search-Mailbox -Identity {quoted(room)} -SearchQuery {quoted(query)} -DeleteContent"


def remove_events_graph(room: str, subject: str) -> str:
    """Exchange Online."""
    of = f"-UserId {quoted(room)}"
    found = f"Get-MgUserEvent {of} -Filter {quoted(f'subject eq {odata(subject)}')}"
    return f"{found} | ForEach-Object {{ Remove-MgUserEvent {of} -EventId $_.Id }}"


def free(room: str) -> str:
    """What lets EWS open the room's mailbox, to be added to another command; nothing without a room."""
    return f"; Set-CASMailbox -Identity {quoted(room)} -EwsEnabled $true" if room else ""


def odata(value: str) -> str:
    """A string in a filter of Graph."""
    return "'" + value.replace("'", "''") + "'"
