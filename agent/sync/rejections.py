"""How often a refused secret is tried. Pure but for chance and scrypt.

Accounts lock out: one refusal may be the server's slip and is tried again after a minute; after a second one in a row
the same secret is tried once in 15 minutes, over restarts. Another secret is tried at once. What is remembered of the
secret is a salted scrypt hash, so that the database tells nothing about it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

AGAIN_S = 60.0
PAUSE_S = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Rejections:
    """`count` refusals in a row of the secret with this fingerprint, the last `at` (UTC) with this error code."""

    count: int
    at: datetime
    code: str
    salt: str
    fingerprint: str

    @property
    def circuit_open(self) -> bool:
        """Whether it was no slip of the server: the secret is spared for long."""
        return self.count >= 2

    @property
    def pause_s(self) -> float:
        """How long the secret rests after the last refusal."""
        return PAUSE_S if self.circuit_open else AGAIN_S

    def of(self, secret: str) -> bool:
        """Whether this is the refused secret. Takes some tens of milliseconds."""
        return hmac.compare_digest(_fingerprint(secret, self.salt), self.fingerprint)

    def rest_s(self, now: datetime) -> float:
        """Seconds until the secret may be tried again, by the wall clock; one that was set back does not count."""
        passed = (now - self.at).total_seconds()
        return self.pause_s if passed < 0 else max(0.0, self.pause_s - passed)


def rejected(before: Rejections | None, secret: str, code: str, now: datetime) -> Rejections:
    """One more refusal. `before`: the earlier ones of this same secret, None when it is the first."""
    if before is not None:
        return replace(before, count=before.count + 1, at=now, code=code)
    salt = token_hex(16)
    return Rejections(1, now, code, salt, _fingerprint(secret, salt))


def dump(rejections: Rejections) -> str:
    """As a note of the store."""
    return json.dumps(asdict(rejections) | {"at": rejections.at.astimezone(UTC).isoformat()})


def load(text: str | None) -> Rejections | None:
    """What `dump` wrote; None for nothing and for what cannot be read."""
    try:
        data: dict[str, Any] = json.loads(text or "null") or {}
        at = datetime.fromisoformat(data["at"])
        if at.utcoffset() != timedelta(0):
            return None
        return Rejections(int(data["count"]), at, str(data["code"]), str(data["salt"]), str(data["fingerprint"]))
    except (ValueError, KeyError, TypeError):
        return None


def _fingerprint(secret: str, salt: str) -> str:
    raw = secret.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(raw, salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32).hex()
