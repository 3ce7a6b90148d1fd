"""The audit log shows when somebody changed it, and survives what happens to a box."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from agent.store.audit import AuditLog
from agent.store.audit_chain import FACT_MAX, AuditEntry, Fact, Mark, check, from_line, hash_of, to_line
from tests.fakes.clock import FakeClock

ROOT = Path(__file__).parents[3]


def log_at(directory: Path, size: int = 1 << 20) -> AuditLog:
    return AuditLog(directory / "audit.jsonl", FakeClock(), size)


def filled(directory: Path, count: int = 5) -> AuditLog:
    log = log_at(directory)
    for number in range(count):
        log.add("setup.step", "screen", step=f"step-{number}")
    return log


def lines_of(directory: Path) -> list[bytes]:
    return (directory / "audit.jsonl").read_bytes().splitlines(keepends=True)


def test_entries_are_told_newest_last_and_each_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    log = filled(tmp_path, 3)

    first, second, third = log.entries(10)

    assert (first.n, first.who, first.act, first.facts) == (1, "screen", "setup.step", {"step": "step-0"})
    assert [second.hash, third.hash] == [hash_of(line.rstrip()) for line in lines_of(tmp_path)[:2]]
    assert log.entries(1) == [third]
    assert log.verify().intact


def test_only_we_can_read_it(tmp_path: Path) -> None:
    filled(tmp_path)

    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("audit*")} == {0o600}


def test_the_next_process_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    log = filled(tmp_path, 2)

    assert [entry.n for entry in log.entries(10)] == [1, 2, 3, 4]
    assert log.verify().intact


def test_two_instances_and_many_threads_write_one_chain(tmp_path: Path) -> None:
    logs = [log_at(tmp_path), log_at(tmp_path)]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: logs[n % 2].add("setup.step", "screen", number=n), range(40)))

    assert [entry.n for entry in logs[0].entries(100)] == list(range(1, 41))
    assert logs[1].verify().intact


def changed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b"step-2", b"step-9"), *lines[3:]]


TAMPERED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "one is changed": changed,
    "the last one is changed": lambda lines: [*lines[:-1], lines[-1].replace(b"step-4", b"step-9")],
    "two change places": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "one in between is gone": lambda lines: [*lines[:2], *lines[3:]],
    "the first one is gone": lambda lines: lines[1:],
    "the last one is gone": lambda lines: lines[:-1],
    "all are gone": lambda _: [],
    "one is there twice": lambda lines: [*lines, lines[-1]],
    "one is no entry": lambda lines: [*lines[:2], b"{}\n", *lines[3:]],
    "one is hostile": lambda lines: [*lines[:2], b"[" * 100_000 + b"\n", *lines[3:]],
}


@pytest.mark.parametrize("tampering", TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_shows_and_goes_on_showing(
    tmp_path: Path, tampering: Callable[[list[bytes]], list[bytes]]
) -> None:
    filled(tmp_path)
    (tmp_path / "audit.jsonl").write_bytes(b"".join(tampering(lines_of(tmp_path))))

    assert not log_at(tmp_path).verify().intact
    for _ in range(2):  # over restarts: what is written later does not cover it
        log_at(tmp_path).add("setup.step", "screen")
        assert not log_at(tmp_path).verify().intact
    assert [each.act for each in log_at(tmp_path).entries(100)].count("audit.broken") == 1


def test_a_missing_mark_shows(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "audit.mark").unlink()

    assert log_at(tmp_path).verify().problem == "The mark beside the log is missing."


FACTS = st.dictionaries(st.text(), st.text() | st.integers() | st.floats() | st.none() | st.booleans(), max_size=4)


@given(st.lists(st.tuples(st.text(), st.text(), FACTS), max_size=8), st.randoms())
def test_any_entries_make_a_chain_and_any_change_of_a_byte_breaks_it(
    entries: list[tuple[str, str, dict[str, Fact]]], random: Random
) -> None:
    lines: list[bytes] = []
    mark = Mark(0, "0" * 64)
    for act, who, facts in entries:
        lines.append(to_line(AuditEntry(mark.n + 1, "2026-11-23T17:00:00Z", who, f"a{act}", facts, mark.hash)))
        mark = Mark(mark.n + 1, hash_of(lines[-1]))
    assert check(lines, mark if lines else None).intact
    if lines:
        line = random.randrange(len(lines))
        place = random.randrange(len(lines[line]))
        other = bytes([(lines[line][place] + random.randrange(1, 256)) % 256])
        lines[line] = lines[line][:place] + other + lines[line][place + 1 :]
        assert not check(lines, mark).intact


@given(st.binary())
def test_any_bytes_are_an_entry_or_none(line: bytes) -> None:
    found = from_line(line)
    assert found is None or isinstance(found, AuditEntry)


def test_texts_and_facts_are_bounded(tmp_path: Path) -> None:
    log = log_at(tmp_path)
    log.add("setup.step", "x" * 10_000, note="y" * 10_000, **{f"fact{n}": n for n in range(100)})

    (entry,) = log.entries(1)

    assert (len(entry.who), len(str(entry.facts["note"])), len(entry.facts)) == (100, FACT_MAX, 12)


@pytest.mark.parametrize("torn", [1, 30, 5_000])
def test_a_line_that_a_power_cut_tore_is_taken_off_and_noted(tmp_path: Path, torn: int) -> None:
    filled(tmp_path, 2)
    with (tmp_path / "audit.jsonl").open("ab") as file:
        file.write(b"{" * torn)
    log = log_at(tmp_path)
    assert log.verify().intact  # nothing that was finished is missing

    log.add("setup.step", "screen")

    assert [entry.act for entry in log.entries(10)] == ["setup.step", "setup.step", "audit.repaired", "setup.step"]
    assert log.entries(2)[0].facts == {"bytes": torn}
    assert log.verify().intact


def test_a_power_cut_between_line_and_mark_costs_nothing(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    mark = (tmp_path / "audit.mark").read_bytes()
    filled(tmp_path, 1)
    (tmp_path / "audit.mark").write_bytes(mark)
    assert log_at(tmp_path).verify().intact

    log = filled(tmp_path, 2)

    assert log.verify().intact
    assert len(log.entries(10)) == 5


@pytest.mark.parametrize("count", [1, 10, 11, 12, 22, 23, 45])  # a file takes about eleven
def test_the_chain_goes_on_through_a_full_file(tmp_path: Path, count: int) -> None:
    log = log_at(tmp_path, 2_000)
    for number in range(count):
        log.add("setup.step", "screen", number=number)

    kept = log.entries(1_000)

    assert log_at(tmp_path).verify().intact
    assert [entry.n for entry in kept] == list(range(count - len(kept) + 1, count + 1))
    assert len(kept) == count or len(kept) >= 10
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5_000


def test_a_file_that_was_rotated_away_may_not_go_missing(tmp_path: Path) -> None:
    log = log_at(tmp_path, 2_000)
    for number in range(30):
        log.add("setup.step", "screen", number=number)
    (tmp_path / "audit.1.jsonl").unlink()

    assert "is missing" in str(log.verify().problem)


def test_on_a_full_disk_nobody_is_stopped_and_the_gap_is_counted(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "audit.jsonl").stat().st_size + 20, limits[1]))
    try:
        with structlog.testing.capture_logs() as told:
            written = [log.add("setup.reset", "screen"), log.add("setup.reset", "screen")]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)

    log.add("setup.step", "screen")

    assert written == [False, False]
    assert [each["event"] for each in told] == ["audit.not_written"] * 2
    assert [(each.act, each.facts) for each in log.entries(2)] == [("audit.lost", {"count": 2}), ("setup.step", {})]
    assert log.verify().intact


def test_a_process_that_is_killed_leaves_a_whole_log(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from agent.store.audit import AuditLog; "
        "from agent.system.clock import SystemClock\n"
        "import structlog; structlog.configure(logger_factory=structlog.ReturnLoggerFactory())\n"
        "log = AuditLog(Path(sys.argv[1]), SystemClock(), 20_000)\n"
        "for n in range(100_000):\n"
        "    log.add('setup.step', 'screen', number=n); print(n, flush=True)"
    )
    for _ in range(3):
        command = [sys.executable, "-c", code, str(tmp_path / "audit.jsonl")]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True
        ) as writer:
            assert writer.stdout is not None
            told = [int(writer.stdout.readline()) for _ in range(50)]
            writer.kill()
            told += [int(line) for line in writer.stdout.read().splitlines()]

        assert log_at(tmp_path).verify().intact
        assert told[-1] in [entry.facts.get("number") for entry in log_at(tmp_path).entries(3)]


def test_a_symbolic_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "elsewhere")

    assert not log_at(tmp_path).add("setup.step", "screen")
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_line_is_json_for_any_reader(tmp_path: Path) -> None:
    filled(tmp_path, 1)

    assert set(json.loads(lines_of(tmp_path)[0])) == {"n", "at", "who", "act", "facts", "hash"}
