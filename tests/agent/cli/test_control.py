"""book, extend, end, check-in, cancel and undo beside a running core: what is printed, and the exit status."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agent import cli
from agent.app import commanding
from agent.model.control import OpState
from tests.agent.api.test_control import Controlled
from tests.agent.api.test_core_api import serving
from tests.builders import at

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command as the shell calls it; the exit status."""

    def call(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["room-agent", *arguments, "--state-dir", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return call


@contextmanager
def served(state_dir: Path, prepare: Callable[[Controlled], None] = lambda _: None) -> Iterator[Controlled]:
    """A core in a thread of its own, where everything is done at once. From 09:00 on a meeting runs until 10:00."""
    ready, over, found = threading.Event(), asyncio.Event(), list[Controlled]()
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        room = Controlled(state_dir)
        room.sends.at_once = True
        prepare(room)
        async with serving(room):
            found.append(room)
            loops.append(asyncio.get_running_loop())
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    with capture_logs():  # of the core, which would write them to the command's own output
        thread.start()
        assert ready.wait(10)
        try:
            yield found[0]
        finally:
            loops[0].call_soon_threadsafe(over.set)
            thread.join(10)


def free(room: Controlled) -> None:
    """The meeting is over, and the next one begins at 11:00."""
    room.clock.set(at(10, 2))


def test_a_meeting_is_extended_ended_and_goes_on(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(tmp_path) as room:
        meeting = room.running
        assert run("extend", "30") == 0
        assert run("extend", "15", meeting) == 0
        assert run("end") == 0
        assert run("undo") == 0
        assert run("end", meeting) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "The meeting now lasts until 10:30.",
        "The meeting now lasts until 10:45.",
        "The meeting was ended.",
        "It was taken back.",
        "The meeting was ended.",
    ]
    assert said.err == ""


def test_the_room_is_booked_and_the_booking_cancelled(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(tmp_path, free) as room:
        assert run("book", "--until-next", "--title", "Budget") == 0
        new = room.sends.last.new
        assert new.booking is not None
        assert (new.booking.subject, new.booking.end, new.actor) == ("Budget", at(11), "local")
        assert run("cancel", new.meeting_id) == 0
        assert run("book", "30") == 0
        assert run("undo", room.sends.last.new.command_id) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The room is booked until 11:00.",
        "The booking was cancelled.",
        "The room is booked until 10:32.",
        "It was taken back.",
    ]


def test_nothing_is_booked_up_to_a_meeting_that_is_about_to_begin(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(tmp_path, lambda room: room.clock.set(at(10, 56))) as room:
        assert run("book", "--until-next") == 1
        assert room.sends.rows == {}
    said = "room-agent: The next meeting begins in less than 5 minutes.\n[book.conflict]\n"
    assert capsys.readouterr().err == said


def test_somebody_checks_in(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(tmp_path, lambda room: setattr(room.attends, "asks", True)) as room:
        assert run("check-in") == 0
        assert room.attends.heard == [("check_in by local", room.running)]
    assert capsys.readouterr().out == "Checked in.\n"


def test_json_is_the_commands_state(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(tmp_path):
        assert run("end", "--json") == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["name"], state["state"], state["problem"]) == ("end", "done", None)


def test_what_the_server_refuses_ends_with_1_and_the_reason(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing(room: Controlled) -> None:
        room.sends.at_once = False

        def refuse() -> None:
            if room.sends.waiting:
                room.sends.end(1, OpState.FAILED, "meeting.changed")

        room.sends.changed = refuse

    with served(tmp_path, refusing):
        assert run("end", "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["problem"]["code"] == "meeting.changed"
    assert said.err.startswith("room-agent: The meeting has been changed. Somebody has changed")
    assert said.err.endswith("[meeting.changed]\n")


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commanding.RunningAgent.command, "__defaults__", (0.0,))
    with served(tmp_path, lambda room: setattr(room.sends, "at_once", False)):
        assert run("end") == 1
    assert capsys.readouterr().err.endswith("[command.pending]\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("book", "30"), "book.conflict"),
        (("book", "--until-next"), "book.conflict"),
        (("extend", "61"), "extend.conflict"),
        (("end", "nobody"), "meeting.unknown"),
        (("cancel", "nobody"), "meeting.unknown"),
        (("check-in",), "check_in.off"),
        (("undo",), "undo.nothing"),
        (("undo", "c-1"), "undo.nothing"),
    ],
)
def test_what_is_refused_ends_with_1_and_its_code(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    with served(tmp_path):
        assert run(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(f"[{code}]\n")


def test_nothing_runs_that_could_be_ended(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(tmp_path, free):
        assert run("end") == 1
    assert "No meeting runs now" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("book",), ("book", "30", "--until-next"), ("book", "4"), ("extend", "721")])
def test_wrong_usage_ends_with_2(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with served(tmp_path):
        assert run(*arguments) == 2


@pytest.mark.parametrize("arguments", [("book", "30"), ("end",), ("undo",), ("cancel", "m")])
def test_without_a_running_agent_that_is_said(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(*arguments) == 1
    assert capsys.readouterr().err.endswith("start it with room-agent run.\n[agent.not_running]\n")
