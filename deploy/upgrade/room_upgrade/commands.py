"""room-upgrade night | free | install FILE… | finish."""

from __future__ import annotations

import argparse
import fcntl
import sys
from datetime import UTC, datetime
from pathlib import Path

from room_upgrade import guarded, night, policy, record
from room_upgrade.policy import Policy, PolicyError

POLICY = Path("/etc/room-agent/upgrade.toml")


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, nothing to do or postponed; 1 failed or taken back; 2 wrong usage or policy."""
    command = _parser().parse_args(arguments)
    try:
        chosen = _policy()
    except (PolicyError, OSError) as error:
        print(f"room-upgrade: {POLICY}: {error}", file=sys.stderr)
        return 2
    if command.name == "free":
        reason = night.why_not(chosen, _now())
        print(reason or "free")
        return 1 if reason else 0
    with _alone():
        if command.name == "night":
            return night.tonight(chosen, _now)
        state = record.load()
        result = guarded.finish(state, chosen.ready_within_s, _stamp)
        if command.name == "install":
            files = command.files
            result = guarded.upgrade(state, files, chosen.ready_within_s, _stamp, from_network=False)
        return 0 if result in (None, "done") else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="room-upgrade", description="Upgrades a room's box, with a way back.")
    commands = parser.add_subparsers(dest="name", required=True)
    commands.add_parser("night", help="what the timer runs: within the window, when the room is free")
    commands.add_parser("free", help="whether the room is free now; exit status 1 when it is not")
    install = commands.add_parser("install", help="these package files now, taken back when they do not serve")
    install.add_argument("files", nargs="+", type=Path)
    commands.add_parser("finish", help="end an upgrade that was interrupted")
    return parser


def _policy() -> Policy:
    return policy.parse(POLICY.read_text("utf-8")) if POLICY.exists() else Policy()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the one place of this program that asks


def _stamp() -> str:
    return _now().isoformat(timespec="seconds").replace("+00:00", "Z")


class _alone:  # noqa: N801  # reads as a word in `with`
    """One upgrade at a time. The second waits for the first, which ends."""

    def __enter__(self) -> None:
        record.KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = (record.KEPT / "lock").open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *raised: object) -> None:
        self._file.close()
