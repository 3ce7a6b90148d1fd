"""Metrics of the box itself: its state as a whole, database, disk, clock, updates, who was turned away, logs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from prometheus_client.core import InfoMetricFamily, Metric

from agent.api.metrics.families import PREFIX, counters, gauge, gauges, one_of, stamp
from agent.api.metrics.snapshot import Snapshot
from agent.model.auth_failures import SURFACES
from agent.model.machine import Protection
from agent.system.log_counts import LEVELS

STATES = {"pass": "ready", "warn": "degraded", "fail": "failed"}
SETUP = "setup"
REBUILDS = {"damaged": "corrupt", "newer": "schema", "not_migrated": "schema", "foreign": "manual"}
BOOTS = ("clean", "crash", "power_cut", "first")
WORKERS = ("sync", "changes")
FAILED = frozenset({"failed", "rolled_back"})
REFUSES = frozenset({"store.full", "store.unavailable"})
"""What the database says when the disk takes nothing: it is full, shut or fails. A damaged file is none of that."""


def box(now: Snapshot) -> Iterator[Metric]:
    """Everything of it."""
    build = InfoMetricFamily(f"{PREFIX}build", "Version and calendar source of the agent.")
    build.add_metric([], {"version": now.release, "source": now.source})
    yield build
    yield one_of("up_state", "1 for the state that the agent is in.", "state", (*STATES.values(), SETUP),
                 STATES[now.verdict] if now.configured else SETUP)  # fmt: skip
    yield gauges("watchdog_progress_timestamp_seconds", "When a worker was last seen to move; 0 where it does not run.",
                 "worker", {worker: stamp(now.progress.get(worker)) for worker in WORKERS})  # fmt: skip
    yield counters("boots", "Starts of the agent by how the run before had ended.", "previous", now.boots, BOOTS)
    yield counters("http_auth_failures", "Wrong codes, PINs and tokens by what they were to open.",
                   "surface", now.auth_failures, SURFACES)  # fmt: skip
    yield counters("log_messages", "Lines of the log by level, repeats that were not written included.",
                   "level", now.logged, LEVELS)  # fmt: skip
    yield from _keeping(now)
    yield from _machine(now)


def _keeping(now: Snapshot) -> Iterator[Metric]:
    storage = now.machine.storage
    refuses = REFUSES & {now.store_code, now.health.code}
    yield gauge(
        "database_size_bytes",
        "Size of the database, what is not yet merged into its file included.",
        now.database_bytes,
    )
    yield gauge("database_integrity_ok", "1 while the database can be read.", float(now.store_code is None))
    yield counters("database_rebuilds", "Databases begun anew: corrupt, of a newer schema, or another one put there.",
                   "reason", {REBUILDS.get(now.rebuilt or "", ""): 1}, REBUILDS.values())  # fmt: skip
    yield gauge("storage_writable", "1 while the state directory takes what is written.",
                float(storage is not None and storage.writable and not refuses))  # fmt: skip
    yield gauge("storage_free_bytes", "Free space of the state directory's file system.",
                storage.free_bytes if storage else math.nan)  # fmt: skip


def _machine(now: Snapshot) -> Iterator[Metric]:
    synchronized, updates, kept = now.machine.clock_synchronized, now.machine.updates, now.machine.protection
    yield gauge("clock_synchronized", "1 while the clock follows a time server, 0 while not; NaN where nobody can say.",
                math.nan if synchronized is None else float(synchronized))  # fmt: skip
    yield one_of("credential_protection_info", "1 for how the weakest of the room's secrets is kept.",
                 "kind", Protection, kept)  # fmt: skip
    yield gauge("updates_pending", "Packages that wait to be updated; NaN where nobody looks.",
                updates.pending if updates else math.nan)  # fmt: skip
    yield gauge("update_last_failed", "1 when the last upgrade failed or was taken back.",
                float(updates is not None and updates.last is not None and updates.last.outcome in FAILED))  # fmt: skip
    yield gauge("reboot_required", "1 while an update waits for a restart of the machine.",
                float(updates is not None and updates.reboot_required))  # fmt: skip
