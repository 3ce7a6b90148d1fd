"""Meetings in other programs than a browser."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from agent.wire import Open
from display.browsers.launchers import CannotLaunch, launch
from display.browsers.meeting import MeetingDriver
from display.browsers.prepared import Stock
from tests.display.browsers.room import NOON, until


def program(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return name


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}:{os.environ['PATH']}", "NOTIFY_SOCKET": "/run/systemd/notify", "KEPT": "yes"}


def call(command: list[str], order_id: str = "1") -> Open:
    return Open(order_id=order_id, url="sip:room@contoso.example", host="", launcher="command", command=command)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ([], "display.launcher_failed"),
        (["no-such-program"], "display.launcher_missing"),
        (["fails"], "display.launcher_failed"),
        (["fails", "a\0b"], "display.launcher_failed"),
        (["fails", *["x"] * 64], "display.launcher_failed"),
        (["fails", "x" * 5_000], "display.launcher_failed"),
        (["is-none"], "display.launcher_failed"),
    ],
)
def test_a_program_that_cannot_be_started_is_told_by_name(tmp_path: Path, command: list[str], code: str) -> None:
    program(tmp_path, "fails", "exit 3")
    (tmp_path / "is-none").write_bytes(b"\x7fELF and no more")
    (tmp_path / "is-none").chmod(0o755)

    async def main() -> None:
        with pytest.raises(CannotLaunch, match=f"^{code}$"):
            await (await launch(command, environment(tmp_path))).settled()

    asyncio.run(main())


def test_a_program_gets_its_arguments_as_they_are_and_a_clean_environment(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program(tmp_path, "phone", f'printf "%s\\n" "$1" "$KEPT" "$NOTIFY_SOCKET" > {told}; exit 0')

    async def main() -> None:
        running = await launch(["phone", "$(touch evil); `id` 'x'"], environment(tmp_path))
        await running.settled()
        await running.close()

    asyncio.run(main())
    assert told.read_text().splitlines() == ["$(touch evil); `id` 'x'", "yes", ""]


def test_its_windows_are_those_of_all_its_descendants_and_all_of_them_end(tmp_path: Path) -> None:
    child = tmp_path / "child"
    program(tmp_path, "phone", f"(trap '' TERM; echo $$ > {child}.self; sleep 60) & echo $! > {child}; wait")

    async def main() -> None:
        running = await launch(["phone"], environment(tmp_path))
        await until(lambda: child.exists() and child.read_text())
        inner = int(child.read_text())
        await until(lambda: inner in running.pids)
        pids = running.pids
        await running.close()
        await until(lambda: not any(_alive(pid) for pid in pids))

    asyncio.run(main())


def _alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_meeting_in_a_program_ends_by_leave_or_by_its_own_end(tmp_path: Path) -> None:
    program(tmp_path, "phone", "sleep 60")
    program(tmp_path, "short", "exit 0")
    outcomes: dict[str, str | None] = {}

    async def main() -> None:
        stock = Stock(tmp_path / "profiles", lambda: None)
        driver = MeetingDriver(
            stock,
            changed=lambda: None,
            outcome=outcomes.__setitem__,
            clock=lambda: NOON,
            environment=environment(tmp_path),
        )
        running = asyncio.create_task(driver.run())
        driver.open(call(["short"]))
        await until(lambda: outcomes and driver.state["state"] == "none")
        driver.open(call(["phone"], "2"))
        await until(lambda: driver.state["pids"])
        (*_, pid) = driver.state["pids"]
        driver.leave()
        await until(lambda: driver.state["order_id"] == "")
        assert driver.state["pids"] == []
        assert not _alive(pid)
        driver.open(call(["phone"], "3"))
        await until(lambda: driver.state["pids"])
        for each in driver.state["pids"]:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        await until(lambda: driver.state["order_id"] == "")
        assert [each.code for each in driver.report.meeting_problems or ()] == ["display.launcher_failed"]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main())
    assert outcomes == {"1": None, "2": None, "3": "display.launcher_failed"}
