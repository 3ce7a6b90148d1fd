"""The window manager on a real X server, with programs whose windows it manages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from Xlib import X
from Xlib.display import Display

from display.model import Geometry, Role
from display.windows.manager import WindowManager
from display.windows.server import ScreenError, become_manager, tolerate_races
from tests.display.xserver import Server, Xvfb, pixel, wait_until

RED, GREEN, BLUE, WHITE = "#aa0000", "#00aa00", "#0000aa", "#ffffff"
SCREEN = Geometry(640, 360)


class Program:
    """A child with windows."""

    def __init__(self, server: Server) -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("client.py"))],
            env=server.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._child.pid

    def do(self, what: str, **details: Any) -> dict[str, Any]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps({"do": what, **details}) + "\n")
        self._child.stdin.flush()
        answer: dict[str, Any] = json.loads(self._child.stdout.readline())
        return answer

    def open(self, color: str, **details: Any) -> int:
        return int(self.do("open", color=color, **details)["window"])

    def end(self) -> None:
        self._child.kill()
        self._child.communicate()


class Desk:
    """A manager on a display, and its programs."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.display = Display(server.name)
        stack.callback(self.display.close)
        tolerate_races(self.display)
        become_manager(self.display)
        self.known: dict[Role, frozenset[int]] = {}
        self.changes = 0
        self.manager = WindowManager(self.display, lambda: self.known, self._changed)
        self._server, self._stack = server, stack

    def _changed(self) -> None:
        self.changes += 1

    def program(self, *roles: Role) -> Program:
        program = Program(self._server)
        self._stack.callback(program.end)
        for role in roles:
            self.known[role] = self.known.get(role, frozenset()) | {program.pid}
        return program

    def until(self, predicate: Callable[[], object], what: str) -> None:
        def pumped() -> object:
            while self.display.pending_events():
                self.manager.handle(self.display.next_event())
            self.display.sync()
            return predicate()

        wait_until(pumped, what=what)

    def settle(self) -> None:
        """Take in whatever is under way."""
        for _ in range(5):
            self.until(lambda: True, "")

    def shows(self, color: str, x: int = 320, y: int = 180) -> None:
        wanted = tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
        self.until(lambda: pixel(self.display, x, y) == wanted, f"{color} at {x},{y}")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Xvfb("640x360") as running:
        yield running


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    with ExitStack() as stack:
        made = Desk(server, stack)
        made.manager.start()
        yield made


def test_a_window_of_ours_fills_the_screen_whatever_it_asks_for(desk: Desk) -> None:
    home = desk.program(Role.HOME)
    window = home.open(RED)
    desk.shows(RED, 639, 359)

    home.do("resize", window=window)
    home.do("fullscreen", window=window)
    desk.settle()

    desk.shows(RED, 639, 359)
    assert desk.manager.has(Role.HOME)


def test_whoever_is_in_front_is_decided_by_us_alone(desk: Desk) -> None:
    home, meeting = desk.program(Role.HOME), desk.program(Role.MEETING)
    home.open(RED)
    desk.shows(RED)
    window = meeting.open(GREEN)
    desk.until(lambda: desk.manager.has(Role.MEETING), "the meeting's window")
    desk.shows(RED)

    meeting.do("activate", window=window)
    desk.settle()
    desk.shows(RED)

    desk.manager.arrange(Role.MEETING, SCREEN)
    desk.shows(GREEN)
    desk.manager.arrange(Role.HOME, SCREEN)
    desk.shows(RED)


def test_a_window_that_goes_uncovers_what_is_under_it(desk: Desk) -> None:
    home, meeting = desk.program(Role.HOME), desk.program(Role.MEETING)
    home.open(RED)
    window = meeting.open(GREEN)
    desk.until(lambda: len(desk.manager.windows) == 2, "two windows")
    desk.manager.arrange(Role.MEETING, SCREEN)
    desk.shows(GREEN)

    meeting.do("close", window=window)

    desk.shows(RED)
    assert not desk.manager.has(Role.MEETING)


def test_a_window_that_claims_to_be_ours_is_not_shown(desk: Desk) -> None:
    home, stranger = desk.program(Role.HOME), desk.program()
    home.open(RED)
    desk.shows(RED)

    stranger.open(BLUE, **{"class": ["room-home", "room-home"]}, pid=home.pid)
    desk.until(lambda: desk.manager.strangers, "the stranger")

    assert desk.manager.strangers == {stranger.pid}
    desk.shows(RED)


def test_a_window_is_shown_as_soon_as_its_process_is_known(desk: Desk) -> None:
    home = desk.program()
    home.open(RED)
    desk.until(lambda: desk.manager.strangers, "a window that waits")

    desk.known[Role.HOME] = frozenset({home.pid})
    desk.manager.reconsider()

    desk.shows(RED)
    assert not desk.manager.strangers


def test_a_dialog_of_the_meeting_is_in_the_middle_of_it_and_under_the_content(desk: Desk) -> None:
    meeting, player = desk.program(Role.MEETING), desk.program(Role.CONTENT)
    window = meeting.open(GREEN)
    meeting.open(WHITE, dialog_of=window)
    player.open(BLUE)
    desk.until(lambda: len(desk.manager.windows) == 3, "three windows")

    desk.manager.arrange(Role.MEETING, SCREEN)
    desk.shows(WHITE)
    desk.shows(GREEN, 100, 100)
    desk.manager.arrange(Role.CONTENT, SCREEN)
    desk.shows(BLUE)


def test_a_video_that_was_taken_out_of_the_meetings_page_floats_over_it_and_does_not_cover_it(desk: Desk) -> None:
    meeting = desk.program(Role.MEETING)
    meeting.open(GREEN)
    desk.until(lambda: desk.manager.has(Role.MEETING), "the meeting")
    floating = meeting.open(WHITE, **{"class": None})  # as Chromium's picture-in-picture
    desk.until(lambda: len(desk.manager.windows) == 2, "the video")

    desk.manager.arrange(Role.MEETING, SCREEN)
    desk.shows(WHITE)
    desk.shows(GREEN, 100, 100)
    meeting.do("close", window=floating)
    desk.shows(GREEN)


def test_windows_follow_the_screen_to_another_size(desk: Desk) -> None:
    home = desk.program(Role.HOME)
    home.open(RED)
    desk.shows(RED)

    desk.manager.arrange(Role.HOME, Geometry(320, 180, 320, 180))

    desk.until(lambda: pixel(desk.display, 100, 100) != (0xAA, 0, 0), "the corner is free")
    desk.shows(RED, 400, 300)


def test_a_restarted_manager_adopts_what_is_there(server: Server) -> None:
    with ExitStack() as stack:
        desk = Desk(server, stack)
        desk.manager.start()
        home, meeting = desk.program(Role.HOME), desk.program(Role.MEETING)
        home.open(RED)
        meeting.open(GREEN)
        desk.until(lambda: len(desk.manager.windows) == 2, "two windows")
        desk.manager.arrange(Role.MEETING, SCREEN)
        desk.shows(GREEN)
        desk.display.screen().root.change_attributes(event_mask=X.NoEventMask)
        desk.display.sync()

        again = Desk(server, stack)
        again.known = desk.known
        again.manager.start()

        assert {each.role for each in again.manager.windows.values()} == {Role.HOME, Role.MEETING}
        again.manager.arrange(Role.HOME, SCREEN)
        again.shows(RED)


def test_a_restarted_manager_counts_what_is_there_as_shown_though_it_learns_later_whose_it_is(server: Server) -> None:
    with ExitStack() as stack:
        desk = Desk(server, stack)
        meeting = desk.program(Role.MEETING)
        meeting.open(GREEN)
        desk.until(lambda: desk.manager.has(Role.MEETING), "the meeting")
        desk.display.screen().root.change_attributes(event_mask=X.NoEventMask)
        desk.display.sync()

        again = Desk(server, stack)
        again.manager.start()
        assert again.manager.strangers == {meeting.pid}
        again.known = desk.known
        again.manager.reconsider()

        assert again.manager.has(Role.MEETING)


def test_a_restarted_manager_moves_nothing_until_it_is_told_who_is_in_front(server: Server) -> None:
    with ExitStack() as stack:
        desk = Desk(server, stack)
        desk.manager.start()
        home, meeting = desk.program(Role.HOME), desk.program(Role.MEETING)
        ids = home.open(RED), meeting.open(GREEN)
        desk.until(lambda: len(desk.manager.windows) == 2, "two windows")
        desk.manager.arrange(Role.MEETING, SCREEN)
        desk.shows(GREEN)
        root = desk.display.screen().root
        root.change_attributes(event_mask=X.NoEventMask)
        desk.display.sync()

        def upwards() -> tuple[int, ...]:
            return tuple(each.id for each in root.query_tree().children if each.id in ids)

        again = Desk(server, stack)
        again.manager.start()
        again.display.sync()
        assert upwards() == ids
        again.known = desk.known
        again.manager.reconsider()
        again.display.sync()
        assert upwards() == ids
        again.manager.arrange(Role.MEETING, SCREEN)
        again.shows(GREEN)
        again.manager.arrange(Role.HOME, SCREEN)
        again.shows(RED)


def test_a_window_that_asked_a_manager_which_died_is_shown_by_the_next_one(server: Server) -> None:
    with ExitStack() as stack:
        desk = Desk(server, stack)
        desk.manager.start()
        meeting, program = desk.program(Role.MEETING), desk.program(Role.MEETING)
        closed = meeting.open(RED, **{"class": ["", "room-meeting"]})
        desk.until(lambda: desk.manager.has(Role.MEETING), "the window")
        meeting.do("unmap", window=closed)
        desk.until(lambda: not desk.manager.has(Role.MEETING), "no window")
        asked = meeting.open(GREEN, **{"class": ["", "room-meeting"]})
        program.open(BLUE)  # says not whose it is: it may have hidden it on purpose
        desk.display.screen().root.change_attributes(event_mask=X.NoEventMask)
        desk.display.sync()

        again = Desk(server, stack)
        again.known = desk.known
        again.manager.start()
        again.settle()

        assert set(again.manager.windows) == {asked}
        again.manager.arrange(Role.MEETING, SCREEN)
        again.shows(GREEN)


def test_two_managers_are_refused(desk: Desk, server: Server) -> None:
    second = Display(server.name)
    try:
        with pytest.raises(ScreenError) as refused:
            become_manager(second)
    finally:
        second.close()

    assert refused.value.code == "display.other_manager"


def test_windows_that_vanish_in_between_harm_nobody(desk: Desk) -> None:
    home = desk.program(Role.HOME)
    home.open(RED)
    for _ in range(20):
        home.do("close", window=home.open(GREEN))
    desk.settle()

    desk.shows(RED)
    assert len(desk.manager.windows) == 1
