"""What a token service's refusal means: AADSTS numbers in our words (exchange.md 5.9; Microsoft Entra error codes)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.errors import SignInFailed

REFUSED = "calendar.sign_in_failed"
EXPIRED = "calendar.secret_expired"
SIGN_IN_NEEDED = "calendar.sign_in_needed"
TENANT_UNKNOWN = "calendar.tenant_unknown"
CERTIFICATE = "calendar.certificate_refused"

_CODES: Mapping[int, str] = {
    7000222: EXPIRED,
    7000215: REFUSED,
    50126: REFUSED,
    700016: "calendar.app_unknown",
    7000112: "calendar.app_disabled",
    7000229: "calendar.app_disabled",  # no service principal in this tenant
    90002: TENANT_UNKNOWN,
    900023: TENANT_UNKNOWN,
    900021: TENANT_UNKNOWN,
    700027: CERTIFICATE,
    700024: CERTIFICATE,  # its assertion is out of time: the clock
    700030: CERTIFICATE,
    500011: "calendar.wrong_cloud",
    900382: "calendar.wrong_cloud",
    900432: "calendar.wrong_cloud",
    53003: "calendar.conditional_access",
    530003: "calendar.conditional_access",
    50076: "calendar.conditional_access",
    50079: "calendar.conditional_access",
    65001: "calendar.consent_missing",
    650057: "calendar.consent_missing",
    700082: SIGN_IN_NEEDED,
    700084: SIGN_IN_NEEDED,
    50173: SIGN_IN_NEEDED,
    70043: SIGN_IN_NEEDED,
    70008: SIGN_IN_NEEDED,
    7000218: "calendar.public_client",  # a device code for an app that has no public client flow
}


def refused(answer: Mapping[str, Any], host: str, client_id: str) -> SignInFailed:
    """Our error for the token service's answer. Its description is left out: it names tenants and people."""
    codes = answer.get("error_codes")
    numbers = [number for number in codes if isinstance(number, int)] if isinstance(codes, list) else []
    known = [_CODES[number] for number in numbers if number in _CODES]
    what = f"AADSTS{numbers[0]}" if numbers else re.sub(r"\W", "", str(answer.get("error")))[:40]
    message = f"{host}: the token service refused app {client_id} ({what})"
    return SignInFailed(known[0] if known else REFUSED, message).hinting(aadsts=str(numbers[0])[:12] if numbers else "")
