"""What a refused sign-in means, as exactly as the server says it. Pure.

Numbers are those of Microsoft's "Microsoft Entra authentication and authorization error codes". A bare 401 says
nothing: its likely causes are told in order of likelihood (CX-11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from agent.errors import SourceError
from agent.model.preflight import Finding, Who
from agent.preflight.commands import accounts, apps
from agent.preflight.findings import failed
from agent.preflight.trouble import mended_by
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """`user` and `app`: the command where a user signs in, and where an app does."""

    code: str
    who: Who
    user: Callable[[str], str] = accounts.state
    app: Callable[[str], str] = apps.sign_in_log


_BARE = _Meaning("account.unauthorized", Who.TECHNICIAN)
_TOKEN = _Meaning("account.token_refused", Who.EXCHANGE_ADMIN, app=apps.known)
_LOCKED = _Meaning("account.locked", Who.EXCHANGE_ADMIN, accounts.unlock)
_DISABLED = _Meaning("account.disabled", Who.EXCHANGE_ADMIN, accounts.enable)
_EXPIRED = _Meaning("account.password_expired", Who.EXCHANGE_ADMIN, accounts.renew_password)
_MUST_CHANGE = _Meaning("account.password_must_change", Who.EXCHANGE_ADMIN, accounts.renew_password)
_NOBODY = _Meaning("account.sign_in_needed", Who.TECHNICIAN)
_CERTIFICATE = _Meaning("account.certificate_refused", Who.EXCHANGE_ADMIN, app=apps.certificates)
_NO_TENANT = _Meaning("account.tenant_unknown", Who.TECHNICIAN, app=apps.known)
_APP_OFF = _Meaning("account.app_disabled", Who.EXCHANGE_ADMIN, app=apps.known)
_POLICY = _Meaning("account.conditional_access", Who.EXCHANGE_ADMIN)
_CLOUD = _Meaning("account.wrong_cloud", Who.TECHNICIAN, app=apps.known)
_CONSENT = _Meaning("account.consent_missing", Who.EXCHANGE_ADMIN, app=apps.known)


def _each(*pairs: tuple[tuple[K, ...], _Meaning]) -> Mapping[K, _Meaning]:
    return {key: meaning for keys, meaning in pairs for key in keys}


_BY_AADSTS = _each(
    (("50126",), _Meaning("account.password_wrong", Who.TECHNICIAN)),
    (("50055", "50144"), _EXPIRED),
    (("50053",), _LOCKED),
    (("50057",), _DISABLED),
    (("50076", "50079", "50074", "50158"), _Meaning("account.mfa", Who.EXCHANGE_ADMIN)),
    (("53003", "530003", "530035", "53000", "53001"), _POLICY),
    (("7000215",), _Meaning("account.wrong_secret", Who.TECHNICIAN, app=apps.new_secret)),
    (("7000222",), _Meaning("account.client_secret_expired", Who.EXCHANGE_ADMIN, app=apps.new_secret)),
    (("700016",), _Meaning("account.app_unknown", Who.TECHNICIAN, app=apps.known)),
    (("90002", "900023", "900021"), _NO_TENANT),
    (("7000112", "7000229"), _APP_OFF),
    (("700027", "700024", "700030"), _CERTIFICATE),
    (("500011", "900382", "900432"), _CLOUD),
    (("65001", "650057"), _CONSENT),
    (("700082", "700084", "50173", "70043", "70008"), _NOBODY),
    (("7000218",), _Meaning("account.public_client", Who.EXCHANGE_ADMIN, app=apps.known)),
)
_BY_RESPONSE = _each(
    (("ErrorPasswordExpired",), _EXPIRED),
    (("ErrorPasswordChangeRequired",), _MUST_CHANGE),
    (("ErrorAccountDisabled",), _DISABLED),
)
_BY_CODE = _each(
    (("calendar.account_locked",), _LOCKED),
    (("calendar.auth_not_offered",), _Meaning("account.method_not_offered", Who.TECHNICIAN)),
    (("calendar.token_refused",), _TOKEN),
    (("calendar.sign_in_needed",), _NOBODY),
    (("calendar.tenant_unknown",), _NO_TENANT),
    (("calendar.secret_missing", "calendar.certificate_unusable"), _Meaning("account.no_secret", Who.TECHNICIAN)),
)


def name_of(account: EwsSettings | GraphSettings) -> str:
    """Who signs in: the service account's name, or the app's id."""
    by_app = isinstance(account, GraphSettings) or account.auth is Auth.OAUTH
    return account.client_id if by_app else account.username  # type: ignore[union-attr]  # only EWS has names


def method_of(account: EwsSettings | GraphSettings) -> str:
    """How it signs in, as the configuration calls it."""
    if isinstance(account, GraphSettings):
        return account.auth.value
    if account.auth is Auth.OAUTH:
        return f"oauth, {'certificate' if account.certificate else 'secret'}"
    return account.auth.value


def refused(error: SourceError, account: EwsSettings | GraphSettings) -> Finding:
    """The failed check for a `SignInFailed`."""
    hints = error.hints
    by_app = isinstance(account, GraphSettings) or account.auth is Auth.OAUTH
    meaning = (
        _BY_AADSTS.get(hints.get("aadsts", ""))
        or _BY_RESPONSE.get(hints.get("response", ""))
        or _BY_CODE.get(error.code)
        or (_Meaning("account.refused", Who.EXCHANGE_ADMIN) if hints.get("aadsts") else None)
        or (_TOKEN if by_app else _BARE)
    )
    said = {
        "account": name_of(account),
        "method": method_of(account),
        "tenant": account.tenant_id,
        "host": account.host,
        "number": hints.get("aadsts", ""),
        "offered": hints.get("offered", "?"),
    }
    finding = failed(meaning.code, meaning.who, **said)
    if meaning.code == "account.method_not_offered":
        return mended_by(finding, accounts.offered_methods())
    if meaning.code in ("account.no_secret", "account.sign_in_needed"):
        return finding  # nothing an administrator's shell could do
    return mended_by(finding, (meaning.app if by_app else meaning.user)(name_of(account)))


def is_person(account: EwsSettings | GraphSettings) -> bool:
    """Whether a person signed in for the room, with rights of their own."""
    return isinstance(account, GraphSettings) and account.auth is GraphAuth.DEVICE_CODE
