"""The organisation: connection, customization, and what Exchange Online wants for EWS until it is gone."""

from __future__ import annotations

from agent.powershell.lines import Lines, names, note, unless_found, when
from agent.powershell.terms import Term

EWS_ENDS = "2027-04-01"  # MC1227454
_ONLY_ONLINE = "Get-Command -Name Enable-OrganizationCustomization"
_ONLY_ON_PREM = "Get-Command -Name Get-ExchangeServer"


def connect(*, online: bool) -> Lines:
    """A session with the right organisation: in a hybrid one both have most of these cmdlets."""
    if online:
        return [
            *note("Needs the module ExchangeOnlineManagement and the role group Organization Management."),
            *unless_found(_ONLY_ONLINE, "Connect-ExchangeOnline"),
        ]
    return [
        *note("Run this in the Exchange Management Shell, as a member of Organization Management."),
        *unless_found(_ONLY_ON_PREM, "throw 'This is not the Exchange Management Shell.'"),
    ]


def customization(*, online: bool) -> Lines:
    """Whether the organisation takes scopes and roles of its own (IsDehydrated), and what makes it."""
    check = ["Get-OrganizationConfig | ft IsDehydrated"]
    if not online:
        return [
            *check,
            *note(
                "Exchange Server answers False, and nothing is to be done. Only Exchange Online can answer True; there "
                "Enable-OrganizationCustomization is needed first."
            ),
        ]
    return [
        *check,
        *note(
            "True: Enable-OrganizationCustomization is needed first, else no scope can be made. Once for the whole "
            "tenant; it can take some hours until scopes work."
        ),
        *when("(Get-OrganizationConfig).IsDehydrated", "Enable-OrganizationCustomization"),
    ]


def retirement() -> Lines:
    """What is known of EWS in Exchange Online (PX-15)."""
    return note(
        "CAUTION: this way ends. Exchange Online switches EWS off by default from 2026-10-01, and for good on "
        f"{EWS_ENDS}, without exceptions. Prefer Microsoft Graph: room-agent commands graph.",
        "The role ApplicationImpersonation does not exist in Exchange Online any more (removed in February 2025). "
        "An app registration takes its place; a service account with a password cannot read a room this way.",
    )


def allow_ews(app: Term) -> Lines:
    """EWS for this app. The parameter replaces the whole list, hence what is in it is read first and kept; the list is
    written together with the switch, since True with an empty list blocks everybody. Exchange asks before it does."""
    listed = "(Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy).EwsAllowedAppIDs"
    return [
        f"$Allowed = @({listed} -split '[,;\\s]+' | Where-Object {{ $_ }})",
        f"if ($Allowed -notcontains {app}) {{ $Allowed += {app} }}",
        "Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs ($Allowed -join ',') -Confirm",
    ]


def check_ews(room: Term) -> Lines:
    """What the organisation and the mailbox say of EWS; empty means not forbidden, for the mailbox only."""
    shown = names("EwsEnabled", "EwsApplicationAccessPolicy", "EwsAllowList", "EwsBlockList")
    return [
        "Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy | fl Ews*",
        f"Get-CASMailbox -Identity {room} | fl {shown}",
    ]
