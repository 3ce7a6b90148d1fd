"""Which mailboxes the box may open: scopes, and the role that is granted in them."""

from __future__ import annotations

from agent.powershell.lines import Lines, either, names, note, unless_found, warning, when
from agent.powershell.options import Options, Scope
from agent.powershell.quoting import quoted
from agent.powershell.terms import Term, Terms, filled_filter

IMPERSONATION = "ApplicationImpersonation"
CALENDARS = "Application Calendars.ReadWrite"
MAIL = "Application Mail.ReadWrite"
SEND = "Application Mail.Send"
EWS_AS_APP = "Application EWS.AccessAsApp"
GRANTED = names("Name", "RoleAssigneeName", "CustomRecipientWriteScope", "RecipientWriteScope", "Enabled")
_AUTHORIZED = names("RoleName", "GrantedPermissions", "AllowedResourceScope", "ScopeType", "InScope")

_ROOMS = "\"RecipientTypeDetails -eq 'RoomMailbox'\""
_ROOMS_AND_EQUIPMENT = "\"RecipientTypeDetails -eq 'RoomMailbox' -or RecipientTypeDetails -eq 'EquipmentMailbox'\""


def scope(options: Options, terms: Terms) -> Lines:
    """The scope, made or brought up to date; for `none` a loud warning in its place."""
    match options.scope:
        case Scope.ROOM:
            return _kept(terms.scope, only(terms.room))
        case Scope.ROOMS:
            return _kept(terms.scope, _ROOMS)
        case Scope.ROOMS_AND_EQUIPMENT:
            return _kept(terms.scope, _ROOMS_AND_EQUIPMENT)
        case Scope.GROUP:
            return [*_group_dn(terms.group), *_kept(terms.scope, filled_filter("MemberOfGroup", "$GroupDN"))]
        case Scope.NONE:
            return [
                *note(
                    "WARNING: no scope. Without one EVERY calendar and mailbox of the organisation is open to this box "
                    "and to whoever takes it away. --scope room is enough for a room."
                ),
                warning("No scope: every mailbox of the organisation will be open to the room box."),
            ]


def only(room: Term) -> str:
    """The filter that finds this mailbox and no other. By its address, and not by its user principal name: the two
    differ for most rooms that were made in Exchange Online."""
    return room.equals("PrimarySmtpAddress")


def new_scope(name: Term, restriction: str) -> str:
    return f"New-ManagementScope -Name {name} -RecipientRestrictionFilter {restriction}"


def impersonation(account: Term, scope_name: Term | None, assignment: Term) -> str:
    """The role of Exchange Server by which an account acts as a mailbox (RB-05)."""
    within = f" -CustomRecipientWriteScope {scope_name}" if scope_name else ""
    return f"New-ManagementRoleAssignment -Name {assignment} -Role {IMPERSONATION} -User {account}{within}"


def impersonation_once(account: Term, scope_name: Term | None, assignment: Term) -> Lines:
    found = f"Get-ManagementRoleAssignment -Identity {assignment}"
    return unless_found(found, impersonation(account, scope_name, assignment))


def check_impersonation(account: Term) -> Lines:
    """PX-02: silence means not granted."""
    asked = f"Get-ManagementRoleAssignment -RoleAssignee {account} -Role {IMPERSONATION}"
    return [
        f"$Granted = @({asked})",
        f"$Granted | ft {GRANTED}",
        *when("$Granted.Count -eq 0", warning("Not granted: no answer means that the account has no such right.")),
        *when(
            "$Granted | Where-Object { -not $_.CustomRecipientWriteScope }",
            warning("An assignment without a scope opens every mailbox."),
        ),
        *when(
            f"$OtherMailbox -and @({asked} -WritableRecipient $OtherMailbox).Count",
            warning("Too much: the account may open the other mailbox as well."),
        ),
    ]


def service_principal(app_id: Term, object_id: Term) -> str:
    """Exchange's reference to the app; the id is that of the enterprise application."""
    return f"New-ServicePrincipal -AppId {app_id} -ObjectId {object_id} -DisplayName 'Room agent'"


def service_principal_once(app_id: Term, object_id: Term) -> Lines:
    return unless_found(f"Get-ServicePrincipal -Identity {object_id}", service_principal(app_id, object_id))


def application(object_id: Term, role: str, scope_name: Term | None, assignment: Term) -> str:
    """RBAC for Applications: a role for an app."""
    within = f" -CustomResourceScope {scope_name}" if scope_name else ""
    return f"New-ManagementRoleAssignment -Name {assignment} -App {object_id} -Role {quoted(role)}{within}"


def application_once(object_id: Term, role: str, scope_name: Term | None, assignment: Term) -> Lines:
    found = f"Get-ManagementRoleAssignment -Identity {assignment}"
    return unless_found(found, application(object_id, role, scope_name, assignment))


def authorization(object_id: Term, room: Term | str) -> str:
    """Whether the app may act on a mailbox, asked of Exchange itself, which answers at once."""
    return f"Test-ServicePrincipalAuthorization -Identity {object_id} -Resource {room}"


def check_application(object_id: Term, room: Term, role: str) -> Lines:
    within = f"Where-Object {{ $_.RoleName -eq {quoted(role)} -and $_.InScope -eq $true }}"
    return [
        f"$Granted = @({authorization(object_id, room)})",
        f"$Granted | ft {_AUTHORIZED}",
        *when(
            f"-not ($Granted | {within})",
            warning("Not granted: no answer, or InScope False, means that the app has no right to the room."),
        ),
        *when(
            f"$OtherMailbox -and ({authorization(object_id, '$OtherMailbox')} | {within})",
            warning("Too much: the app may open the other mailbox as well."),
        ),
    ]


def _kept(name: Term, restriction: str) -> Lines:
    return either(
        f"Get-ManagementScope -Identity {name} -ErrorAction SilentlyContinue",
        f"Set-ManagementScope -Identity {name} -RecipientRestrictionFilter {restriction}",
        new_scope(name, restriction),
    )


def _group_dn(group: Term) -> Lines:
    """The group's distinguished name, which alone MemberOfGroup takes, for exactly one group."""
    return [
        f"$Found = @(Get-DistributionGroup -Identity {group} -ErrorAction Stop)",
        *when("$Found.Count -ne 1", "throw 'The group is not there, or its name fits several.'"),
        "$GroupDN = [string]$Found[0].DistinguishedName",
    ]
