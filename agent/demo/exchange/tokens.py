"""OAuth 2 for applications, as Entra ID does it: a token endpoint for client credentials, secret or certificate."""

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
from agent.demo.exchange.options import Options
from agent.ports import Clock

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class JsonReply:
    status: int
    data: dict[str, Any]  # JSON


class TokenRefused(Exception):
    """Entra's refusal: `code` is the number after AADSTS."""

    def __init__(self, error: str, code: int, text: str, status: int) -> None:
        super().__init__(text)
        self.error, self.code, self.text, self.status = error, code, text, status


class Tokens:
    """Issues tokens and knows them again; `revoke_all` ends all at once."""

    def __init__(self, directory: w.Directory, clock: Clock, options: Options) -> None:
        self._options = options
        self._directory = directory
        self._clock = clock
        self._issued: dict[str, tuple[w.Application, datetime]] = {}

    def application(self, token: str) -> w.Application | None:
        """Whose token this is; None for an unknown or expired one."""
        found = self._issued.get(token)
        return found[0] if found is not None and found[1] > self._clock.now() else None

    def revoke_all(self) -> None:
        self._issued.clear()

    def metadata(self, origin: str, tenant: str) -> JsonReply:
        """`/{tenant}/v2.0/.well-known/openid-configuration`: what MSAL reads before it asks for a token."""
        base = f"{origin}/{tenant}"
        if not any(a.tenant_id.lower() == tenant.lower() for a in self._directory.applications):
            return self._refusal(TokenRefused("invalid_tenant", 90002, f"Tenant '{tenant}' not found.", 400))
        return JsonReply(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
        )

    def token(self, origin: str, tenant: str, body: bytes) -> JsonReply:
        """`/{tenant}/oauth2/v2.0/token`."""
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        try:
            application = self._application(tenant, form)
            self._check(application, form, f"{origin}/{tenant}/oauth2/v2.0/token")
        except TokenRefused as refusal:
            return self._refusal(refusal)
        token = "demo." + secrets.token_urlsafe(32)
        life = self._options.token_life
        self._issued[token] = (application, self._clock.now() + life)
        return JsonReply(200, {"token_type": "Bearer", "expires_in": int(life.total_seconds()), "access_token": token})

    def _application(self, tenant: str, form: dict[str, str]) -> w.Application:
        if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith("/.default"):
            raise TokenRefused("invalid_request", 1002012, "Only client credentials with a /.default scope.", 400)
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

    def _refusal(self, refusal: TokenRefused) -> JsonReply:
        stamp = self._clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
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


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
