"""Touches are noticed whoever's window they are for, and nobody misses one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from display.windows.touches import Touch, Touches
from tests.display.xserver import Server, Xvfb, wait_until


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Xvfb("1280x720") as server:
        yield server


@pytest.fixture
def x(server: Server) -> Iterator[Display]:
    display = Display(server.name)
    yield display
    display.close()


@pytest.fixture
def person(server: Server) -> Iterator[Display]:
    """Somebody with a mouse, which begins in a corner."""
    display = Display(server.name)
    move(display, 0, 0)
    yield display
    display.close()


def told(x: Display, touches: Touches, seen: list[Touch], many: int, now: float = 1.0, step: float = 1.0) -> int:
    """Take in what comes until `many` touches were told; how many events of ours there were."""
    events = 0

    def enough() -> bool:
        nonlocal events
        while len(seen) < many and x.pending_events():
            events += touches.handle(x.next_event(), now + events * step)
        return len(seen) >= many

    wait_until(enough, what="no touch was told")
    return events


def watching(x: Display, seen: list[Touch], *, motion: bool = True) -> Touches:
    touches = Touches(x, seen.append)
    touches.motion(motion)
    x.sync()
    return touches


def move(person: Display, x: int, y: int) -> None:
    """The server has taken it in when this returns."""
    xtest.fake_input(person, X.MotionNotify, x=x, y=y)
    root = person.screen().root

    def there() -> bool:
        found = root.query_pointer()
        return (found.root_x, found.root_y) == (x, y)

    wait_until(there, what="the pointer did not move")


def click(person: Display, button: int = 1) -> None:
    xtest.fake_input(person, X.ButtonPress, button)
    xtest.fake_input(person, X.ButtonRelease, button)
    person.sync()


def test_a_press_on_somebody_elses_window_is_told_and_still_his(server: Server, x: Display, person: Display) -> None:
    other = Display(server.name)
    window = other.screen().root.create_window(
        0, 0, 1280, 720, 0, other.screen().root_depth, override_redirect=True, event_mask=X.ButtonPressMask
    )
    window.map()
    other.sync()
    seen: list[Touch] = []
    touches = watching(x, seen, motion=False)
    assert touches.capable
    move(person, 300, 200)
    click(person)
    told(x, touches, seen, 1)
    assert seen[-1] == Touch(300, 200, pressed=True)
    wait_until(other.pending_events, what="the window's own client saw nothing")
    assert other.next_event().type == X.ButtonPress
    other.close()


def test_a_press_during_somebody_elses_grab_is_told(server: Server, x: Display, person: Display) -> None:
    other = Display(server.name)
    root = other.screen().root
    root.grab_pointer(True, X.ButtonPressMask, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime)
    other.sync()
    seen: list[Touch] = []
    touches = watching(x, seen, motion=False)
    click(person)
    told(x, touches, seen, 1)
    assert [touch.pressed for touch in seen] == [True]
    other.close()


def test_the_wheel_is_no_touch(x: Display, person: Display) -> None:
    seen: list[Touch] = []
    touches = watching(x, seen)
    click(person, 4)
    click(person, 5)
    click(person)
    events = told(x, touches, seen, 1)
    assert events > 1
    assert [touch.pressed for touch in seen] == [True]


def test_a_mouse_that_trembles_is_not_told_and_one_that_moves_is(x: Display, person: Display) -> None:
    seen: list[Touch] = []
    touches = watching(x, seen)
    move(person, 4, 0)
    wait_until(x.pending_events, what="no event came")
    assert touches.handle(x.next_event(), 0.5)
    assert seen == []
    move(person, 160, 0)
    told(x, touches, seen, 1)
    assert seen == [Touch(160, 0, pressed=False)]


def test_a_fast_mouse_asks_for_its_place_seldom(x: Display, person: Display) -> None:
    seen: list[Touch] = []
    touches = watching(x, seen)
    for place in range(20):
        move(person, 40 * place, 100)
    click(person)
    events = told(x, touches, seen, 2, step=0.004)
    assert events > 15
    assert len(seen) < events / 5


def test_motion_does_not_wake_us_where_it_is_not_wanted(x: Display, person: Display) -> None:
    seen: list[Touch] = []
    touches = watching(x, seen, motion=False)
    move(person, 400, 400)
    click(person)
    assert told(x, touches, seen, 1) == 1
    touches.motion(True)
    x.sync()
    move(person, 440, 400)
    move(person, 600, 400)
    told(x, touches, seen, 2)
    assert not seen[-1].pressed


def test_other_events_are_not_taken(x: Display, person: Display) -> None:
    touches = Touches(x, lambda _: None)
    window = x.screen().root.create_window(0, 0, 10, 10, 0, x.screen().root_depth, event_mask=X.StructureNotifyMask)
    window.map()
    wait_until(x.pending_events, what="no event came")
    assert not touches.handle(x.next_event(), 1.0)
    window.destroy()


def test_a_key_is_told_as_one_whatever_it_is(x: Display, person: Display) -> None:
    seen: list[Touch] = []
    keys: list[None] = []
    touches = Touches(x, seen.append, lambda: keys.append(None))
    x.sync()
    code = person.keysym_to_keycode(ord(" "))
    xtest.fake_input(person, X.KeyPress, code)
    xtest.fake_input(person, X.KeyRelease, code)
    person.sync()

    def typed() -> bool:
        while x.pending_events():
            touches.handle(x.next_event(), 1.0)
        return bool(keys)

    wait_until(typed, what="no key was told")
    assert (len(keys), seen) == (1, [])
