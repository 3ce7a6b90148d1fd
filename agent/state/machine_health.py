"""Facts about the machine → its checks in the status document. Pure.

They warn where somebody has to act, and never fail: the room goes on showing its list.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.model.machine import Machine, Protection, Storage, Updates
from agent.state.check import Check

LOW_BYTES = 256 * 1024 * 1024
"""Below this an upgrade may not find room for its packages."""
STALE_AFTER = timedelta(days=8)
"""Updates are looked for every night; a box that is switched off over a long weekend is none to worry about."""
_BAD = {"failed": "updates.failed", "rolled_back": "updates.rolled_back"}
_PROTECTED = {Protection.TPM2: "secrets.tpm2", Protection.HOST: "secrets.host", Protection.NONE: "secrets.plain"}


def machine_checks(machine: Machine, now: datetime, *, clock_right: bool | None) -> list[Check]:
    """Disk, clock, updates, versions. `clock_right`: whether the clock agrees with the calendar server's, None where
    nobody compared them."""
    return [
        _disk(machine.storage),
        _clock(machine.clock_synchronized, clock_right),
        _updates(machine.updates, now),
        *(_version(part, text) for part, text in sorted(machine.versions.items())),
    ]


def protection_check(protection: Protection | None) -> Check:
    """How the secrets are kept. A plain file that only the agent can read is no fault, but the page says so."""
    code = "secrets.none" if protection is None else _PROTECTED[protection]
    output = "a secret lies in a plain file; it is not sealed" if code == "secrets.plain" else None
    value = None if protection is None else protection.value
    return Check(key="secrets:protection", status="pass", code=code, value=value, output=output)


def _disk(storage: Storage | None) -> Check:
    key = "disk:free"
    if storage is None:
        return Check(key=key, status="pass", code="disk.unknown")
    free = storage.free_bytes
    if not storage.writable:
        return Check(key=key, status="warn", code="disk.read_only", value=free, unit="bytes",
                     output="the file system of the state directory is mounted read-only")  # fmt: skip
    if free < LOW_BYTES:
        return Check(key=key, status="warn", code="disk.low", value=free, unit="bytes",
                     output=f"less than {LOW_BYTES // 1024**2} MiB are free")  # fmt: skip
    return Check(key=key, status="pass", code="disk.ok", value=free, unit="bytes")


def _clock(synchronized: bool | None, right: bool | None) -> Check:
    """A clock that agrees with the calendar server's is right, whoever sets it."""
    key = "clock:synchronized"
    if synchronized is None:
        return Check(key=key, status="pass", code="clock.unknown")
    if synchronized:
        return Check(key=key, status="pass", code="clock.synchronized", value=True)
    status = "pass" if right else "warn"
    output = None if right else "the system's clock follows no time server"
    return Check(key=key, status=status, code="clock.not_synchronized", value=False, output=output)


def _updates(updates: Updates | None, now: datetime) -> Check:
    key = "updates:state"
    if updates is None:
        return Check(key=key, status="pass", code="updates.unknown")
    last = updates.last
    if last is not None and last.outcome in _BAD:
        output = f"the last upgrade {last.outcome.replace('_', ' ')}" + (f" ({last.reason})" if last.reason else "")
        return _about(updates, "warn", _BAD[last.outcome], since=last.at, output=output)
    if now - updates.checked > STALE_AFTER:
        output = "nobody has looked for updates for more than a week"
        return _about(updates, "warn", "updates.stale", since=updates.checked, output=output)
    if updates.reboot_required:
        return _about(updates, "pass", "updates.reboot_required", output="an update counts after the next restart")
    if updates.security:
        return _about(updates, "pass", "updates.security", output=f"{updates.security} security updates wait")
    return _about(updates, "pass", "updates.pending" if updates.pending else "updates.ok")


def _about(
    updates: Updates, status: str, code: str, *, since: datetime | None = None, output: str | None = None
) -> Check:
    return Check(key="updates:state", status=status, code=code, value=updates.pending, unit="pending",
                 since=since, output=output)  # fmt: skip


def _version(part: str, text: str) -> Check:
    return Check(key=f"versions:{part}", status="pass", code="versions.known", value=text)
