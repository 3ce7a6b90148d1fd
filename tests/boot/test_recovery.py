"""What is killed, hangs or is broken comes back, and nothing is ever `failed` for good."""

from __future__ import annotations

import re
import time

import pytest

from tests.boot.box import SERVICES, Box
from tests.waiting import wait_until

KILLS = 50
WATCHED = tuple(name for name in SERVICES if name != "room-x")
PYTHON = "/usr/lib/room-agent/bin/python3"


def back(box: Box, unit: str, before: int) -> bool:
    return box.state(f"{unit}.service") == "active" and box.pid(unit) not in (0, before)


@pytest.mark.parametrize("unit", SERVICES)
def test_what_is_killed_comes_back(box: Box, unit: str, figure: list[str]) -> None:
    box.wait_ready()
    before = box.pid(unit)
    began = time.monotonic()
    box.kill(unit)
    wait_until(lambda: back(box, unit, before), within=20, what=f"{unit}'s return")
    figure.append(f"kill -9 {unit}: ready again after {time.monotonic() - began:.1f} s")
    box.wait_ready()
    wait_until(lambda: box.get("/")[0] == 200, within=10, what="the home screen")


def test_a_kill_is_counted_as_a_crash_and_not_as_a_power_cut(box: Box) -> None:
    def counted() -> dict[str, str]:
        text = box.get("/metrics")[1]
        return dict(re.findall(r'^room_agent_boots_total\{previous="(\w+)"\} (\S+)$', text, re.MULTILINE))

    box.wait_ready()
    before, pid = counted(), box.pid("room-agent")
    box.kill("room-agent")
    wait_until(lambda: back(box, "room-agent", pid), within=20, what="the core's return")
    after = counted()
    assert float(after.pop("crash")) == float(before.pop("crash")) + 1
    assert after == before


def test_while_the_core_is_away_the_home_screen_is_served(box: Box) -> None:
    box.systemctl("stop", "room-agent.service")
    try:
        assert box.get("/")[0] == 200
        assert box.get("/livez")[0] == 200
        status, text = box.get("/api/v1/room")
        assert (status, '"code"' in text) == (503, True)
    finally:
        box.systemctl("start", "room-agent.service")
    box.wait_ready()


def test_a_request_waits_for_a_front_that_is_being_started(box: Box) -> None:
    """The socket is systemd's: nobody is refused."""
    box.kill("room-web")
    assert box.get("/")[0] == 200
    box.wait_ready()


def test_what_hangs_is_started_again(box: Box, figure: list[str]) -> None:
    box.wait_ready()
    before, began = {unit: box.pid(unit) for unit in WATCHED}, time.monotonic()
    for unit in WATCHED:
        box.kill(unit, "STOP")
    for unit in WATCHED:
        wait_until(lambda unit=unit: back(box, unit, before[unit]), within=60, what=f"{unit}'s return")  # type: ignore[misc]
    figure.append(f"all stopped (SIGSTOP) at once: all ready again after {time.monotonic() - began:.1f} s")
    box.wait_ready()


def test_fifty_kills_in_a_row_leave_nothing_failed(box: Box, figure: list[str]) -> None:
    """Each as soon as it has a process again."""
    box.wait_ready()
    kills, began = dict.fromkeys(SERVICES, 0), time.monotonic()
    while min(kills.values()) < KILLS:
        assert time.monotonic() - began < 600, kills
        states = box.states("MainPID", "ActiveState")
        assert "failed" not in {each["ActiveState"] for each in states.values()}
        due = [unit for unit, each in states.items() if each["MainPID"] != "0" and kills[unit] < KILLS]
        if due:
            box.systemctl("kill", "--signal=KILL", "--kill-whom=main", *(f"{unit}.service" for unit in due))
            kills |= {unit: kills[unit] + 1 for unit in due}
    seconds = time.monotonic() - began
    figure.append(f"{KILLS} kills of each within {seconds:.0f} s, all ready after {box.wait_ready():.1f} s")
    assert box.get("/")[0] == 200
    assert box.systemctl("list-units", "--failed", "--plain", "--no-legend") == ""


def test_a_broken_program_is_tried_until_it_is_repaired(box: Box, figure: list[str]) -> None:
    box.run("mv", PYTHON, f"{PYTHON}.away")
    try:
        for unit in WATCHED:
            box.kill(unit)
        restarts = {name: each["NRestarts"] for name, each in box.states("NRestarts").items()}
        wait_until(
            lambda: all(
                int(each["NRestarts"]) >= int(restarts[name]) + 5
                for name, each in box.states("NRestarts").items()
                if name in WATCHED
            ),
            within=90,
            what="five starts of what is broken",
        )
        assert "failed" not in {each["ActiveState"] for each in box.states("ActiveState").values()}
    finally:
        box.run("mv", f"{PYTHON}.away", PYTHON)
    figure.append(f"broken program repaired: all ready after {box.wait_ready():.1f} s")


def test_without_x_the_display_waits_and_comes_back_with_it(box: Box, figure: list[str]) -> None:
    box.wait_ready()
    before = box.pid("room-display")
    box.systemctl("mask", "--runtime", "room-x.service")
    try:
        box.systemctl("stop", "room-x.service")
        wait_until(lambda: box.pid("room-display") != before, within=20, what="the end of the display without X")
        assert box.get("/")[0] == 200
        assert "failed" not in {
            each["ActiveState"] for unit, each in box.states("ActiveState").items() if unit in WATCHED
        }
    finally:
        box.systemctl("unmask", "--runtime", "room-x.service")
    began = time.monotonic()
    box.systemctl("start", "room-x.service")
    box.wait_ready()
    figure.append(f"X back: display, home and meeting ready after {time.monotonic() - began:.1f} s")
