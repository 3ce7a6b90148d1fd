"""About an app registration and what Exchange Online lets it do. One line each. Pure."""

from __future__ import annotations

from agent.powershell import cures
from agent.powershell.quoting import quoted
from agent.preflight.commands.rooms import free, odata

_GRAPH_APP = "00000003-0000-0000-c000-000000000000"  # Microsoft Graph itself, in every tenant


def sign_in_log(app: str) -> str:
    """Entra's own words about the last sign-ins."""
    shown = "CreatedDateTime,UserPrincipalName,ConditionalAccessStatus,Status"
    return f"Get-MgAuditLogSignIn -Filter {_of_app(app)} -Top 5 | Format-List {shown}"


def known(app: str) -> str:
    """Whether the tenant knows the app, and lets it in."""
    return f"Get-MgServicePrincipal -Filter {_of_app(app)} | Format-List DisplayName,AppId,Id,AccountEnabled"


def new_secret(app: str) -> str:
    return f"Add-MgApplicationPassword -ApplicationId {_registration(app)} | Format-List SecretText,EndDateTime"


def certificates(app: str) -> str:
    """Those the app registration knows, and when they end."""
    keys = f"(Get-MgApplication -Filter {_of_app(app)}).KeyCredentials"
    return f"{keys} | Format-List DisplayName,StartDateTime,EndDateTime"


def owners(app: str) -> str:
    return f"Get-MgApplicationOwner -ApplicationId {_registration(app)} | Format-List Id,AdditionalProperties"


def allow_ews_online(app: str, room: str) -> str:
    """Adds the app to the tenant's list, which the parameter would replace (exchange.md 1.1), and frees the mailbox."""
    return f"{cures.ews_allowed(app)}{free(room)}"


def role(app: str, room: str, name: str) -> str:
    """RBAC for Applications: the role for this room and no other mailbox, and what came of it."""
    return f"{cures.application_access(app, room, name)}; {cures.application_check(app, room)}"


def narrow(app: str, room: str) -> str:
    """Every role of the app ends at this room. What Entra has consented to counts for the whole tenant: that goes."""
    given = f"Get-ManagementRoleAssignment -RoleAssignee {quoted(app)}"
    consented = f"Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {_principal(app)}"
    return (
        f"{cures.scope(room)}; {given} | Set-ManagementRoleAssignment -CustomResourceScope {cures.scope_name(room)}; "
        f"{consented} | Format-List Id,AppRoleId,ResourceDisplayName"
    )


def places_role(app: str) -> str:
    """Place.Read.All for the app: the one permission that has no scope."""
    ours, graph = f"$app = {_principal(app)}", f"$graph = Get-MgServicePrincipal -Filter {_of_app(_GRAPH_APP)}"
    role = "($graph.AppRoles | Where-Object Value -eq 'Place.Read.All').Id"
    to = f"-ServicePrincipalId $app -PrincipalId $app -ResourceId $graph.Id -AppRoleId {role}"
    return f"{ours}; {graph}; New-MgServicePrincipalAppRoleAssignment {to}"


def _of_app(app: str) -> str:
    return quoted(f"appId eq {odata(app)}")


def _registration(app: str) -> str:
    return f"(Get-MgApplication -Filter {_of_app(app)}).Id"


def _principal(app: str) -> str:
    return f"(Get-MgServicePrincipal -Filter {_of_app(app)}).Id"
