"""The service account: made with a password that is asked for, never written down here, and that never expires."""

from __future__ import annotations

from agent.powershell.lines import Lines, either, names, note, unless_found, when
from agent.powershell.quoting import quoted
from agent.powershell.terms import Term

_SAM_LENGTH = 20  # of sAMAccountName, for logons older than Windows 2000
_PASSWORD = "(Read-Host -Prompt 'A long random password for the service account' -AsSecureString)"  # noqa: S105
_POLICY = "RoomAgent"
NEW_THROTTLING_POLICY = (
    f"New-ThrottlingPolicy -Name {_POLICY} -ThrottlingPolicyScope Regular"
    " -EwsMaxConcurrency 50 -EwsMaxSubscriptions 5000"
)
_AD_STATE = names("Enabled", "LockedOut", "PasswordExpired", "PasswordLastSet", "PasswordNeverExpires")


def new_account(account: Term) -> Lines:
    """The account of Active Directory, with a mailbox or without one; only by a user principal name can it be made."""
    if account.text and "@" not in account.text:
        missing = "throw 'There is no such account. Make it first, or name it by its user principal name.'"
        return unless_found(f"Get-User -Identity {account}", missing)
    name = account.local_part
    with_mailbox = (
        f"New-Mailbox -Name {name} -UserPrincipalName {account} -Password {_PASSWORD} -ResetPasswordOnNextLogon $false"
    )
    without = (
        f"New-ADUser -Name {name} -SamAccountName {_sam(account)} -UserPrincipalName {account}"
        f" -AccountPassword {_PASSWORD} -ChangePasswordAtLogon $false -Enabled $true"
    )
    return unless_found(f"Get-User -Identity {account}", *either("$AccountMailbox", with_mailbox, without))


def never_expires(account: Term) -> Lines:
    """The password that never expires: command and check. Active Directory knows the account by the name Exchange
    found it under, because Set-ADUser takes no user principal name."""
    return [
        f"$AccountDN = (Get-User -Identity {account} -ErrorAction Stop).DistinguishedName",
        "Set-ADUser -Identity $AccountDN -PasswordNeverExpires $true",
        f"Get-ADUser -Identity $AccountDN -Properties {_AD_STATE} | fl {_AD_STATE}",
    ]


def never_expires_online(account: Term) -> Lines:
    """The same in Entra. Needs the modules Microsoft.Graph.Authentication and Microsoft.Graph.Users."""
    state = names("UserPrincipalName", "AccountEnabled", "PasswordPolicies")
    return [
        "Connect-MgGraph -Scopes 'User.ReadWrite.All'",
        f"Update-MgUser -UserId {account} -PasswordPolicies DisablePasswordExpiration",
        f"Get-MgUser -UserId {account} -Property {state} | fl {state}",
    ]


def throttling(account: Term) -> Lines:
    """Limits of the account's own, for one that serves many boxes. These cmdlets exist on Exchange Server only."""
    return when(
        "$ManyBoxes",
        *unless_found(f"Get-ThrottlingPolicy -Identity {_POLICY}", NEW_THROTTLING_POLICY),
        throttling_association(str(account)),
    )


def throttling_association(account: str) -> str:
    """The policy counts for the account. `account` is PowerShell."""
    return f"Set-ThrottlingPolicyAssociation -Identity {account} -ThrottlingPolicy {_POLICY}"


def about_passwords() -> Lines:
    return note(
        "PasswordNeverExpires must be True. PasswordLastSet must not be empty: an empty one is a temporary password "
        "that somebody has to change first, and Exchange refuses it with a bare 401."
    )


def _sam(account: Term) -> str:
    if account.text:
        return quoted(account.text.partition("@")[0][:_SAM_LENGTH])
    return f"(-join {account.local_part}[0..{_SAM_LENGTH - 1}])"
