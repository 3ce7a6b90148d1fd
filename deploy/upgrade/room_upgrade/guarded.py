"""One upgrade with a way back: packages and database are kept, the new version is tried, else all is as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from room_upgrade import agent, database, packages, record
from room_upgrade.database import DatabaseError
from room_upgrade.packages import PackageError
from room_upgrade.record import State, Trial

Stamp = Callable[[], str]
BACK_WITHIN_S = 300
BACK_TIMES = 5  # then it needs a person, and the room its peace


def upgrade(state: State, files: Sequence[Path], within_s: float, stamp: Stamp, *, from_network: bool) -> str:
    """Install these files of ours. The outcome, which is on disk by then: done, failed or rolled_back."""
    present = packages.installed()
    try:
        after = {version for _, version in map(packages.identity, files)}
        if len(after) != 1 or set(present) != {packages.identity(file)[0] for file in files}:
            raise PackageError("expected one version of each package that is installed")  # noqa: TRY301
        previous = [packages.obtain(*each) for each in present.items()]
        new = packages.keep(files)
    except (PackageError, OSError) as error:
        return _end(state, stamp, "failed", (present.get("room-agent", ""), ""), f"no way back: {error}")
    trial = Trial(
        before=present["room-agent"], after=after.pop(), files=[*map(str, new)], previous=[*map(str, previous)],
        health=agent.look(), from_network=from_network,
    )  # fmt: skip
    agent.stop()
    try:
        database.keep()
    except (DatabaseError, OSError) as error:
        agent.start()
        return _end(state, stamp, "failed", (trial.before, trial.after), f"database not copied: {error}")
    record.set_trial(trial)
    return _try(state, trial, within_s, stamp)


def finish(state: State, within_s: float, stamp: Stamp) -> str | None:
    """End what a power cut or a kill interrupted; None when there was nothing."""
    trial = record.trial()
    if trial is None:
        packages.heal()
        return None
    if trial.taking_back:
        return _take_back(state, trial, stamp)
    packages.heal()
    return _try(state, trial, within_s, stamp)


def _try(state: State, trial: Trial, within_s: float, stamp: Stamp) -> str:
    wrong = None
    if set(packages.installed().values()) != {trial.after}:
        try:
            packages.install([*map(Path, trial.files)], from_network=trial.from_network)
        except PackageError as error:
            wrong = f"not installed: {error}"
    if wrong is None:
        agent.start()
        wrong = agent.wait_well(trial.health, within_s) or (None if database.is_current() else "store.not_migrated")
    if wrong is not None:
        trial.taking_back = wrong
        record.set_trial(trial)
        return _take_back(state, trial, stamp)
    record.set_trial(None)
    packages.prune([trial.before, trial.after])
    return _end(state, stamp, "done", (trial.before, trial.after), "")


def _take_back(state: State, trial: Trial, stamp: Stamp) -> str:
    """The database first, while nobody uses it: an older agent sets a newer database aside. May be begun again."""
    versions = (trial.before, trial.after)
    trial.times += 1
    record.set_trial(trial)
    agent.stop()
    try:
        database.bring_back()
        packages.install([*map(Path, trial.previous)], from_network=False)
    except (DatabaseError, PackageError, OSError) as error:
        agent.start()
        if trial.times >= BACK_TIMES:
            record.refuse(state, trial.after)
            record.set_trial(None)
        return _end(state, stamp, "failed", versions, f"{trial.taking_back}; not taken back: {error}")
    agent.start()
    record.refuse(state, trial.after)
    still = agent.wait_well(trial.health, BACK_WITHIN_S)
    record.set_trial(None)
    reason = trial.taking_back if still is None else f"{trial.taking_back}; and the version before: {still}"
    return _end(state, stamp, "rolled_back", versions, reason)


def _end(state: State, stamp: Stamp, result: str, versions: tuple[str, str], reason: str) -> str:
    record.outcome(state, stamp(), result, versions, reason)
    print(f"room-upgrade: {versions[0]} -> {versions[1]}: {result}{f', {reason}' if reason else ''}", flush=True)
    return result
