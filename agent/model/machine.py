"""What the machine itself is like, as far as the room depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Protection(StrEnum):
    """How the room's secrets are kept, the weakest of them: sealed with the TPM, with the key of this installation, or
    not at all."""

    TPM2 = "tpm2"
    HOST = "host"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Storage:
    """The file system of the state directory. `writable`: it is not mounted read-only."""

    free_bytes: int
    total_bytes: int
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """The last upgrade. `outcome`: done, failed, rolled_back or postponed."""

    at: datetime
    outcome: str
    to: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """What root's upgrade found. `pending`, `security`: packages that wait."""

    checked: datetime
    pending: int = 0
    security: int = 0
    reboot_required: bool = False
    last: Upgrade | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One look at it; None where it does not say. `versions` by part: agent, chromium, kernel, os, …"""

    storage: Storage | None = None
    clock_synchronized: bool | None = None
    protection: Protection | None = None
    updates: Updates | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
