"""Room lists: from which the technician picks the room on the box."""

from __future__ import annotations

from agent.powershell.lines import Lines, note, unless_found, when
from agent.powershell.terms import Term

CSV_COLUMN = "address"


def new_list(room_list: Term) -> str:
    """A list by its address; by a name alone where only that is known."""
    if room_list.text and "@" not in room_list.text:
        return f"New-DistributionGroup -Name {room_list} -RoomList"
    return f"New-DistributionGroup -Name {room_list.local_part} -PrimarySmtpAddress {room_list} -RoomList"


def filled_list(room_list: Term, room: Term) -> Lines:
    """The list with this room in it, and with others from a CSV file."""
    known = f"(Get-DistributionGroupMember -Identity {room_list} -ResultSize Unlimited).PrimarySmtpAddress"
    fresh = f"$_.{CSV_COLUMN} -and $Members -notcontains $_.{CSV_COLUMN}"
    return [
        *unless_found(f"Get-DistributionGroup -Identity {room_list}", new_list(room_list)),
        f"$Members = @({known} | ForEach-Object {{ [string]$_ }})",
        *when(f"$Members -notcontains {room}", add_member(room_list, str(room))),
        *note(f"Many rooms at once: from a CSV file with a column named {CSV_COLUMN}."),
        *when(
            "$RoomsCsv",
            f"Import-Csv -Path $RoomsCsv | Where-Object {{ {fresh} }}"
            f" | ForEach-Object {{ {add_member(room_list, f'$_.{CSV_COLUMN}')} }}",
        ),
    ]


def add_member(room_list: Term, member: str) -> str:
    """`member` is PowerShell."""
    return f"Add-DistributionGroupMember -Identity {room_list} -Member {member} -BypassSecurityGroupManagerCheck"


def managed_by(room_list: Term, owner: str) -> str:
    """Adds an owner, who may then read the list; those there are stay. `owner` is PowerShell."""
    change = f"-ManagedBy @{{Add={owner}}} -BypassSecurityGroupManagerCheck"
    return f"Set-DistributionGroup -Identity {room_list} {change}"
