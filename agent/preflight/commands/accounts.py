"""About a service account of Active Directory and what Exchange lets it do. One line each. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from agent.powershell import cures
from agent.powershell.accounts import NEW_THROTTLING_POLICY, throttling_association
from agent.powershell.quoting import quoted
from agent.powershell.rights import IMPERSONATION
from agent.preflight.commands.rooms import permissions


def state(user: str) -> str:
    """Whether a service account of Active Directory is locked, disabled, expired."""
    shown = "Enabled,LockedOut,PasswordExpired,PasswordLastSet,AccountExpirationDate,UserPrincipalName"
    return f"{_ad_user(user)} -Properties {shown} | Format-List {shown}"


def unlock(user: str) -> str:
    return f"{_ad_user(user)} | Unlock-ADAccount"


def enable(user: str) -> str:
    return f"{_ad_user(user)} | Enable-ADAccount"


def renew_password(user: str) -> str:
    """A new password that nobody has to change and that never expires."""
    asked = "(Read-Host -AsSecureString 'New password')"
    lasting = "Set-ADUser -PasswordNeverExpires $true -ChangePasswordAtLogon $false"
    return f"{_ad_user(user)} | Set-ADAccountPassword -Reset -NewPassword {asked} -PassThru | {lasting}"


def offered_methods() -> str:
    """How clients may sign in to Exchange Web Services."""
    return "Get-WebServicesVirtualDirectory | Format-List Server,*Authentication*,ExtendedProtection*"


def narrow(user: str, room: str) -> str:
    """Every impersonation of the account ends at this room."""
    given = f"Get-ManagementRoleAssignment -RoleAssignee {quoted(user)} -Role {IMPERSONATION}"
    within = f"Set-ManagementRoleAssignment -CustomRecipientWriteScope {cures.scope_name(room)}"
    return f"{cures.scope(room)}; {given} | {within}"


def other_ways(room: str) -> str:
    """Who else opens the room's mailbox."""
    roles = f"Get-ManagementRoleAssignment -Role {IMPERSONATION} -GetEffectiveUsers"
    return f"{roles} | Format-Table EffectiveUserName; {permissions(room)}"


def list_managers(lists: Sequence[str], user: str) -> str:
    """The account among those who manage the lists, which lets it read them."""
    return "; ".join(cures.room_list_managed_by(address, user) for address in lists)


def throttling_policy(user: str) -> str:
    """A policy of the account's own; on-premises only."""
    return f"{NEW_THROTTLING_POLICY}; {throttling_association(quoted(user))}"


def _ad_user(user: str) -> str:
    name = user.rpartition("\\")[2]
    of = "UserPrincipalName" if "@" in name else "SamAccountName"
    return f"Get-ADUser -Filter {quoted(f'{of} -eq {quoted(name)}')}"
