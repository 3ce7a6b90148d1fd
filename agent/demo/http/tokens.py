"""OAuth 2 as Entra ID does it: for applications with a secret or a certificate, and for a person with a device code."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from agent.demo import world as w
from agent.demo.http.options import Options
from agent.ports import Clock

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TOKEN_BYTES = 1100  # as long as real ones
DEVICE_PAGE = "https://microsoft.com/devicelogin"


@dataclass(frozen=True, slots=True)
class JsonReply:
    status: int
    data: dict[str, Any]  # JSON


class TokenRefused(Exception):
    """Entra's refusal: `code` is the number after AADSTS."""

    def __init__(self, error: str, code: int, text: str, status: int) -> None:
        super().__init__(text)
        self.error, self.code, self.text, self.status = error, code, text, status


@dataclass(slots=True)
class _DeviceFlow:
    """Somebody was shown `user_code`; `person` is who entered it, None until then. `scope`: what was asked for."""

    application: w.Application
    user_code: str
    scope: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a person allowed an application."""

    application: w.Application
    person: str
    scope: str


class Tokens:
    """Issues tokens and knows them again; `revoke_all` ends all at once, refresh tokens too."""

    def __init__(self, directory: w.Directory, clock: Clock, options: Options) -> None:
        self._options = options
        self._directory = directory
        self._clock = clock
        self._issued: dict[str, tuple[w.Application, datetime]] = {}
        self._flows: dict[str, _DeviceFlow] = {}
        self._refresh: dict[str, _Grant] = {}

    def application(self, token: str) -> w.Application | None:
        """Whose token this is; None for an unknown or expired one."""
        found = self._issued.get(token)
        return found[0] if found is not None and found[1] > self._clock.now() else None

    def revoke_all(self) -> None:
        self._issued.clear()
        self._refresh.clear()

    def approve(self, user_code: str, person: str) -> None:
        """As if `person` had signed in on the device page and entered the code."""
        for flow in self._flows.values():
            if flow.user_code == user_code:
                flow.person = person

    def metadata(self, origin: str, tenant: str) -> JsonReply:
        """`/{tenant}/v2.0/.well-known/openid-configuration`: what MSAL reads before it asks for a token."""
        base = f"{origin}/{tenant}"
        if not self._knows(tenant):
            return _refusal(self._clock, TokenRefused("invalid_tenant", 90002, f"Tenant '{tenant}' not found.", 400))
        return JsonReply(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
        )

    def token(self, origin: str, tenant: str, body: bytes) -> JsonReply:
        """`/{tenant}/oauth2/v2.0/token`."""
        form = _form(body)
        try:
            application = self._application(tenant, form)
            if form.get("grant_type") == "client_credentials":
                self._check(application, form, f"{origin}/{tenant}/oauth2/v2.0/token")
                return JsonReply(200, self._issue(application))
            grant = self._grant(application, form)
        except TokenRefused as refusal:
            return _refusal(self._clock, refusal)
        return JsonReply(200, {**self._issue(application), **self._of_person(grant, origin, tenant)})

    def device_code(self, tenant: str, body: bytes) -> JsonReply:
        """`/{tenant}/oauth2/v2.0/devicecode`: a code to show to a person."""
        try:
            form = _form(body) | {"grant_type": _DEVICE_GRANT}
            application = self._application(tenant, form)
        except TokenRefused as refusal:
            return _refusal(self._clock, refusal)
        code, user_code = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        self._flows[code] = _DeviceFlow(application, user_code, _own_scope(form.get("scope", "")))
        message = f"To sign in, open the page {DEVICE_PAGE} and enter the code {user_code} to authenticate."
        return JsonReply(
            200,
            {
                "device_code": code, "user_code": user_code, "verification_uri": DEVICE_PAGE,
                "expires_in": 900, "interval": self._options.device_interval_s, "message": message,
            },
        )  # fmt: skip

    def _issue(self, application: w.Application) -> dict[str, Any]:
        token = "demo." + secrets.token_urlsafe(_TOKEN_BYTES)
        life = self._options.token_life
        self._issued[token] = (application, self._clock.now() + life)
        return {"token_type": "Bearer", "expires_in": int(life.total_seconds()), "access_token": token}

    def _grant(self, application: w.Application, form: dict[str, str]) -> _Grant:
        """Of who signed in: by a code that was entered meanwhile, or by a refresh token, which is good for once."""
        if form["grant_type"] == "refresh_token":
            found = self._refresh.pop(form.get("refresh_token", ""), None)
            if found is None or found.application.client_id != application.client_id:
                raise TokenRefused("invalid_grant", 50173, "The grant was revoked.", 400)
            return found
        flow = self._flows.get(form.get("device_code", form.get("code", "")))
        if flow is None:
            raise TokenRefused("expired_token", 70020, "The device_code is expired.", 400)
        if flow.person is None:
            raise TokenRefused("authorization_pending", 70016, "OAuth 2.0 device flow is pending.", 400)
        return _Grant(application, flow.person, flow.scope)

    def _of_person(self, grant: _Grant, origin: str, tenant: str) -> dict[str, Any]:
        """What a person's answer has more than an application's."""
        refresh = secrets.token_urlsafe(48)
        self._refresh[refresh] = grant
        now = int(self._clock.now().timestamp())
        person = grant.person
        claims = {
            "iss": f"{origin}/{tenant}/v2.0", "aud": grant.application.client_id, "iat": now, "nbf": now,
            "exp": now + 3600, "sub": person, "oid": person, "tid": tenant, "preferred_username": person,
        }  # fmt: skip
        id_token = ".".join((_encode({"alg": "none"}), _encode(claims), ""))
        info = _encode({"uid": person, "utid": tenant})
        return {"refresh_token": refresh, "id_token": id_token, "client_info": info, "scope": grant.scope}

    def _knows(self, tenant: str) -> bool:
        return any(a.tenant_id.lower() == tenant.lower() for a in self._directory.applications)

    def _application(self, tenant: str, form: dict[str, str]) -> w.Application:
        grant = form.get("grant_type")
        if grant not in ("client_credentials", _DEVICE_GRANT, "refresh_token") or (
            grant == "client_credentials" and not form.get("scope", "").endswith("/.default")
        ):
            raise TokenRefused("invalid_request", 1002012, "Client credentials need a /.default scope.", 400)
        if not self._knows(tenant):
            raise TokenRefused("invalid_tenant", 90002, f"Tenant '{tenant}' not found.", 400)
        for application in self._directory.applications:
            if (application.tenant_id.lower(), application.client_id) == (tenant.lower(), form.get("client_id")):
                return application
        raise TokenRefused("unauthorized_client", 700016, "Application was not found in the directory.", 400)

    def _check(self, application: w.Application, form: dict[str, str], audience: str) -> None:
        if form.get("client_assertion_type") == _ASSERTION:
            if not self._signed(application, form.get("client_assertion", ""), audience):
                raise TokenRefused("invalid_client", 700027, "Client assertion failed signature validation.", 401)
        elif not application.secret or not secrets.compare_digest(
            form.get("client_secret", "").encode(), application.secret.encode()
        ):
            raise TokenRefused("invalid_client", 7000215, "Invalid client secret provided.", 401)

    def _signed(self, application: w.Application, assertion: str, audience: str) -> bool:
        """Whether the JWT is for us, not expired and signed with the registered certificate's key (RFC 7523)."""
        try:
            signed, _, signature = assertion.rpartition(".")
            header, claims = (json.loads(_decode(part)) for part in signed.split("."))
            key = x509.load_pem_x509_certificate(application.certificate.encode()).public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                return False
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if header["alg"] == "PS256" else padding.PKCS1v15()
            key.verify(_decode(signature), signed.encode(), scheme, hashes.SHA256())
            return bool(
                claims["iss"] == application.client_id
                and claims["aud"] == audience
                and claims["exp"] > self._clock.now().timestamp()
            )
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, InvalidSignature):
            return False


def _refusal(clock: Clock, refusal: TokenRefused) -> JsonReply:
    stamp = clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
    return JsonReply(
        refusal.status,
        {
            "error": refusal.error,
            "error_description": f"AADSTS{refusal.code}: {refusal.text} Timestamp: {stamp}",
            "error_codes": [refusal.code],
            "timestamp": stamp,
            "error_uri": f"https://login.microsoftonline.com/error?code={refusal.code}",
        },
    )


def _own_scope(asked: str) -> str:
    """Without those of OpenID, which are always given."""
    return " ".join(each for each in asked.split() if each not in ("openid", "profile", "offline_access"))


def _form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _encode(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
