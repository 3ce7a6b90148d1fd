"""Root's program for upgrades: what it decides. What it does is shown in a Debian by `make deb-test`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from room_upgrade import durable, health, night, packages, policy, record, room
from room_upgrade.health import Health
from room_upgrade.policy import Policy, PolicyError

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MARGIN = timedelta(minutes=30)


def meeting(start: datetime, minutes: int = 30, **more: Any) -> dict[str, Any]:
    end = start + timedelta(minutes=minutes)
    return {"start": start.isoformat(), "end": end.isoformat(), **more}


def state(*meetings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"screen": "home", "inputs": [], "meetings": list(meetings), **more}


# --- policy --------------------------------------------------------------------------------------------------------


def test_the_file_of_the_package_is_the_defaults_and_explains_every_key() -> None:
    text = (ROOT / "deploy/upgrade/upgrade.toml").read_text()

    assert policy.parse(text) == Policy()
    assert all(f"\n{name} = " in text for name in Policy.__dataclass_fields__)


@pytest.mark.parametrize(
    "text",
    ["windw = 1", 'enabled = "yes"', 'window = "2-5"', 'window = "02:00-02:10"', "margin_min = 10", "margin_min = true",
     "ready_within_s = 1", "enabled"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        policy.parse(text)


def test_boxes_begin_at_moments_of_their_own_in_the_first_half_of_the_window() -> None:
    day = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    moments = set()
    for number in range(30):
        begun = [
            minute
            for minute in range(110, 310)
            if policy.open_since(Policy(), str(number), day + timedelta(minutes=minute))
        ]
        assert 120 <= begun[0] <= 210
        assert begun[-1] == 299
        moments.add(begun[0])

    assert len(moments) > 15


def test_a_window_over_midnight_is_one_window() -> None:
    chosen = Policy(window="23:00-03:00")

    before = policy.open_since(chosen, "", datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    later = policy.open_since(chosen, "", datetime(2026, 11, 23, 2, 59, tzinfo=UTC))

    assert before == later
    assert before is not None
    assert policy.open_since(chosen, "", datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) is None


# --- the room ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (state(), None),
        (state(meeting(NOW + timedelta(minutes=31))), None),
        (state(meeting(NOW + timedelta(minutes=29))), "meeting.near"),
        (state(meeting(NOW - timedelta(minutes=10))), "meeting.near"),
        (state(meeting(NOW - timedelta(minutes=59))), "meeting.near"),
        (state(meeting(NOW - timedelta(minutes=61))), None),
        (state(meeting(NOW, free=True)), None),
        (state({"start": "2026-11-23", "end": "2026-11-24", "all_day": True}), None),
        (state(screen="meeting"), "screen.meeting"),
        (state(screen="content"), "screen.content"),
        (state(screen="setup"), None),
        (state(inputs=[{"name": "hdmi", "showing": True}]), "screen.content"),
    ],
)
def test_a_room_is_free_when_nothing_is_on_or_near(found: dict[str, Any], reason: str | None) -> None:
    assert room.why_not_free(found, NOW, MARGIN) == reason


@pytest.mark.parametrize(
    "found",
    [None, [], {}, {"meetings": 1}, state({"start": 1, "end": 2}), state({"start": "x", "end": "y"}), {"meetings": [1]},
     state({"start": "2026-11-23T02:00:00", "end": "2026-11-23T02:30:00"}), state({})],
)  # fmt: skip
def test_a_room_that_is_not_understood_is_in_use(found: Any) -> None:
    assert room.why_not_free(found, NOW, MARGIN) == "agent.not_understood"


# --- health --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (Health(True, "page.ok", "store.ok"), Health(True, "page.ok", "store.ok"), None),
        (Health(True, "page.ok", "store.ok"), Health(False), "agent.not_ready"),
        (Health(True, "page.ok", "store.ok"), Health(True, "page.silent", "store.ok"), "page.silent"),
        (Health(True, "page.not_seen", "store.ok"), Health(True, "page.not_seen", "store.ok"), None),
        (Health(True, "page.ok", "store.ok"), Health(True, "page.ok", "store.rebuilt"), "store.rebuilt"),
        (Health(True, "page.ok", "store.full"), Health(True, "page.ok", "store.full"), None),
        (health.NONE, Health(True, "page.not_seen", "store.ok"), None),
    ],
)
def test_a_version_is_good_when_it_serves_as_the_one_before(before: Health, after: Health, reason: str | None) -> None:
    assert health.why_worse(before, after) == reason


@pytest.mark.parametrize("status", [None, {}, {"checks": []}, {"checks": {"page:rendered": []}}, []])
def test_a_status_that_is_not_understood_has_no_codes(status: Any) -> None:
    assert health.read(True, status) == Health(ready=True)


# --- packages, state -----------------------------------------------------------------------------------------------


def test_what_apt_would_install_is_counted() -> None:
    simulated = (
        "Reading package lists...\n"
        "Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian-Security:12/stable-security [amd64])\n"
        "Inst room-agent [0.1.0] (0.2.0 rooms:stable [amd64])\n"
        "Conf libc6 (2.36-9+deb12u1 Debian-Security:12/stable-security [amd64])\n"
    )

    assert packages.count(simulated) == (2, 1)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (
            "W: GPG error\nE: Failed to fetch http://a/InRelease  Connection refused\nE: Some index files failed",
            "Failed to fetch http://a/InRelease  Connection refused",
        ),
        ("E: Failed to fetch https://room:p@ss@a/x_1.deb  404", "Failed to fetch https://a/x_1.deb  404"),
        (
            "dpkg: error processing package room-agent (--install):\n script failed\nErrors were met:\n room-agent",
            "error processing package room-agent (--install): script failed",
        ),
        ("E: Unable to connect to a:\nE: more", "Unable to connect to a:"),
        ("one\nanother", "another"),
        ("E: " + "x" * 300, "x" * 200),
    ],
)
def test_of_what_apt_and_dpkg_print_the_first_error_is_kept(printed: str, said: str) -> None:
    assert packages.sentence(printed) == said


def test_what_does_not_end_is_one_sentence_too() -> None:
    with pytest.raises(packages.PackageError, match="sleep: not done within 1 s"):
        packages.run(["sleep", "60"], 1)


def test_the_agent_is_told_what_it_may_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(record, "TOLD", tmp_path / "told" / "state.json")
    kept = record.load()
    record.refuse(kept, "0.2.0")
    record.outcome(kept, "2026-11-23T02:00:00Z", "rolled_back", ("0.1.0", "0.2.0"), "agent.not_ready")

    told = durable.read_json(tmp_path / "told" / "state.json")

    assert set(told) == {"checked", "pending", "security", "reboot_required", "last"}
    assert told["last"] == {
        "at": "2026-11-23T02:00:00Z",
        "outcome": "rolled_back",
        "from": "0.1.0",
        "to": "0.2.0",
        "reason": "agent.not_ready",
    }
    assert record.load() == kept
    assert record.load().refused == ["0.2.0"]


def test_a_count_that_fails_in_the_end_leaves_the_night_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([(2, 1)])

    def pending() -> tuple[int, int]:
        try:
            return next(counts)
        except StopIteration:
            raise packages.PackageError("apt-get: dpkg was interrupted") from None

    monkeypatch.setattr(record, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(record, "TOLD", tmp_path / "told" / "state.json")
    monkeypatch.setattr(night, "why_not", lambda *_: None)
    monkeypatch.setattr("room_upgrade.agent.ask", lambda _: (200, state()))
    for name, does in (
        ("update", lambda: None),
        ("pending", pending),
        ("installed", dict),
        ("candidate", lambda _: None),
    ):
        monkeypatch.setattr(packages, name, does)
    monkeypatch.setattr(night, "MACHINE", tmp_path / "none")

    chosen = Policy(system=False, reboot=False, timezone="UTC")
    opened = next(
        NOW + timedelta(minutes=15 * n)
        for n in range(20)
        if policy.open_since(chosen, "", NOW + timedelta(minutes=15 * n))
    )
    assert night.tonight(chosen, lambda: opened) == 0

    assert (record.load().pending, record.load().finished) == (2, opened.isoformat().replace("+00:00", "Z"))


def test_a_trial_is_kept_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "KEPT", tmp_path)
    on = record.Trial(before="1", after="2", files=["a"], previous=["b"], health=Health(True, "page.ok", "store.ok"))
    record.set_trial(on)

    assert record.trial() == on
    for damaged in ("", "[]", "{}", '{"health": {}, "of_the_future": 1}', '{"health": null}'):
        (tmp_path / "trial.json").write_text(damaged)
        assert record.trial() is None
    record.set_trial(None)
    assert record.trial() is None


def test_every_command_of_the_programs_is_in_their_manuals() -> None:
    for program, module in (("room-agent", "agent"), ("room-display", "display")):
        help_text = subprocess.run(
            [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        manual = (ROOT / f"deploy/debian/{program}.1").read_text().replace("\\-", "-")
        lines = help_text.partition("Commands:")[2].splitlines()
        commands = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
        assert len(commands) > 3
        assert [each for each in commands if f".B {each}" not in manual] == []
