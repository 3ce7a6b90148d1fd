"""What a preflight finds: one check a step, and who can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    PASS = "pass"  # noqa: S105  an outcome
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


class Who(StrEnum):
    """Who can do what a check asks for."""

    TECHNICIAN = "technician"
    EXCHANGE_ADMIN = "exchange-admin"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step found. `code` is stable and dotted and has its sentences in `agent/preflight/texts`; `values` fill
    their placeholders and are bounded, printable text. `command` is PowerShell filled in with this box's values."""

    status: Status
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    who: Who | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A step's finding for people, in one language: `title` what was found, `detail` what it means, `cure` what to do
    (empty when nothing is)."""

    id: str
    status: Status
    code: str
    title: str
    detail: str
    cure: str
    who: Who | None
    command: str | None


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """All checks in their order. `ok`: none failed."""

    checks: Sequence[Check]

    @property
    def ok(self) -> bool:
        return all(check.status is not Status.FAIL for check in self.checks)
