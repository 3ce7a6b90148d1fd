"""The administrator's PIN, of which only an argon2id hash is kept: `STATE/secrets/admin-pin`.

A PIN has few digits, so each guess has to cost something even for somebody who copied the hash (reliability S-6).
Hashing and checking take a tenth of a second or more: never in the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.setup import files

FILE = "admin-pin"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """What argon2id takes for one hash."""

    memory_kib: int
    passes: int


FULL = Cost(memory_kib=64 * 1024, passes=3)
"""RFC 9106's second recommended choice, on one of a small box's cores."""


def hashed(pin: str, cost: Cost = FULL) -> bytes:
    """What is kept of a PIN: its hash, with the parameters and a salt of its own."""
    from argon2 import PasswordHasher  # noqa: PLC0415  only programs that check a PIN pay for it

    hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1)
    return f"{hasher.hash(pin)}\n".encode()


def fits(kept: bytes, pin: str) -> bool:
    """Whether this is the PIN of a hash. A hash that is none fits no PIN."""
    from argon2 import PasswordHasher  # noqa: PLC0415
    from argon2.exceptions import VerificationError  # noqa: PLC0415

    if not 0 < len(pin) <= _LONGEST:
        return False
    try:
        return PasswordHasher().verify(kept.decode("ascii").strip(), pin)  # at the cost that the hash names
    except (VerificationError, ValueError):  # ValueError: no hash, or characters that cannot be in one
        return False


def is_right(pin: str, secrets: Path) -> bool:
    """Whether this is the PIN that is in effect."""
    kept = files.read(secrets / FILE, 1000)
    return kept is not None and fits(kept, pin)


def is_set(secrets: Path) -> bool:
    """Whether there is a PIN at all."""
    return (secrets / FILE).is_file()
