"""A night: is it time, is the room free, what is there to do, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from room_upgrade import agent, guarded, packages, policy, record, room
from room_upgrade.packages import PackageError
from room_upgrade.policy import Policy
from room_upgrade.record import State

MACHINE = Path("/etc/machine-id")
Now = Callable[[], datetime]


def why_not(chosen: Policy, now: datetime) -> str | None:
    """None when the room is free now. An agent that is not there lets nobody join; one that is and is silent may."""
    status, state = agent.ask("/api/v1/room")
    if status != 200:
        return "agent.silent" if agent.is_running() else None
    return room.why_not_free(state, now, timedelta(minutes=chosen.margin_min))


def tonight(chosen: Policy, now: Now) -> int:
    """What the timer runs, every quarter of an hour: finish, then all of a night's work once a night. Exit status."""
    state = record.load()
    guarded.finish(state, chosen.ready_within_s, lambda: _stamp(now()))
    state.reboot_required = packages.REBOOT_REQUIRED.exists()
    opened = policy.open_since(chosen, _machine(), now().astimezone(_zone(chosen))) if chosen.enabled else None
    if opened is None or (state.finished is not None and datetime.fromisoformat(state.finished) >= opened):
        record.save(state)
        return 0
    return _work(chosen, state, now)


def _work(chosen: Policy, state: State, now: Now) -> int:
    if _postponed(chosen, state, now):
        return 0
    try:
        packages.update()
        state.checked = _stamp(now())
        state.pending, state.security = packages.pending()
        if chosen.system:
            packages.system_upgrade()
    except PackageError as error:
        record.outcome(state, _stamp(now()), "failed", ("", ""), str(error))  # tried again while the window is open
        return 1
    result = _own(chosen, state, now)
    if result == "postponed":
        return 0
    with suppress(PackageError):  # what is broken was told with the outcome; the count stays as it was
        state.pending, state.security = packages.pending()
    state.reboot_required = packages.REBOOT_REQUIRED.exists()
    if chosen.reboot and state.reboot_required and _postponed(chosen, state, now):
        return 0
    state.finished = _stamp(now())
    record.save(state)
    if chosen.reboot and state.reboot_required:
        agent.reboot()
    return 0 if result in ("", "done") else 1


def _own(chosen: Policy, state: State, now: Now) -> str:
    """Our own packages: the outcome, "" when there is nothing newer or only what failed before."""
    present = packages.installed()
    new = packages.candidate("room-agent")
    current = present.get("room-agent")
    if new is None or current is None or new in state.refused or not packages.is_newer(new, current):
        return ""
    try:
        files = [packages.obtain(name, new) for name in present]
    except PackageError as error:
        record.outcome(state, _stamp(now()), "failed", (current, new), str(error))
        return "failed"
    if _postponed(chosen, state, now, (current, new)):
        return "postponed"
    return guarded.upgrade(state, files, chosen.ready_within_s, lambda: _stamp(now()), from_network=True)


def _postponed(chosen: Policy, state: State, now: Now, versions: tuple[str, str] = ("", "")) -> bool:
    reason = why_not(chosen, now())
    if reason is not None:
        record.outcome(state, _stamp(now()), "postponed", versions, reason)
    return reason is not None


def _zone(chosen: Policy) -> ZoneInfo | None:
    """The policy's, else the room's, else the machine's (None)."""
    _, state = agent.ask("/api/v1/room")
    for name in (chosen.timezone, _room_zone(state)):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):  # what the agent says may be anything
            continue
    return None


def _room_zone(state: Any) -> str:
    try:
        return str(state["room"]["timezone"])[:64]
    except (KeyError, TypeError):
        return ""


def _machine() -> str:
    return MACHINE.read_text().strip() if MACHINE.exists() else ""


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
