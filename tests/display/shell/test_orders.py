"""Orders of the core, and what becomes of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import DisplayConfig, Home, ShowInput
from display.core.client import Event
from display.shell.orders import ANSWER_S, Obeyed, OrderBook

NOT_LIVE, NOT_SHOWN = "display.input_not_live", "display.input_not_shown"


class Book:
    """An order book, its time and what it told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.told: list[tuple[str, str | None]] = []
        self.orders = OrderBook(lambda order_id, code: self.told.append((order_id, code)), lambda: self.now)

    def show(self, order_id: str = "1", name: str = "hdmi") -> None:
        self.orders.show(ShowInput(order_id=order_id, input=name))

    def settle(self, shown: str | None, *live: str) -> list[tuple[str, str | None]]:
        self.told.clear()
        self.orders.settle(shown, frozenset(live))
        return list(self.told)


def test_an_order_is_done_when_its_picture_is_in_front() -> None:
    book = Book()
    book.show()
    assert book.settle(None, "hdmi") == []
    assert book.settle("hdmi", "hdmi") == [("1", None)]
    assert book.settle("hdmi", "hdmi") == []


def test_an_input_without_a_picture_is_not_waited_for() -> None:
    book = Book()
    book.show()
    assert book.settle("vga", "vga") == [("1", NOT_LIVE)]


def test_a_picture_that_does_not_come_in_time_will_not_come() -> None:
    book = Book()
    book.show()
    assert book.orders.due == 100.0 + ANSWER_S
    book.now += ANSWER_S
    assert book.settle(None, "hdmi") == [("1", NOT_SHOWN)]
    assert book.orders.due is None


def test_each_of_several_orders_has_its_own_outcome() -> None:
    book = Book()
    book.show("1", "hdmi")
    book.now += 1
    book.show("2", "vga")
    book.show("3", "hdmi")
    assert book.orders.due == 100.0 + ANSWER_S
    assert book.settle("hdmi", "hdmi") == [("1", None), ("2", NOT_LIVE), ("3", None)]


def test_home_is_done_at_once() -> None:
    book = Book()
    book.orders.home(Home(order_id="h"))
    assert book.told == [("h", None)]


class Shell:
    """What was obeyed."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.obeyed = Obeyed(configure=self.done.append, show_input=self.done.append, home=self.done.append)

    def hears(self, name: str, data: object) -> list[object]:
        self.obeyed.obey(Event(name, data if isinstance(data, str) else json.dumps(data)))
        return self.done


def test_each_order_goes_where_it_belongs() -> None:
    shell = Shell()
    shell.hears("config", {"room_name": "Turing", "news": 1})
    shell.hears("show_input", {"order_id": "1", "input": "hdmi"})
    shell.hears("show_input", {"order_id": "2", "name": "vga"})
    assert shell.hears("home", {"order_id": "3"}) == [
        DisplayConfig(room_name="Turing"),
        ShowInput(order_id="1", input="hdmi"),
        ShowInput(order_id="2", input="vga"),
        Home(order_id="3"),
    ]


@pytest.mark.parametrize("name", ["open", "restart_home", "message", "of a newer core"])
def test_what_is_for_others_is_left_to_them(name: str) -> None:
    assert Shell().hears(name, {"order_id": "1"}) == []


@pytest.mark.parametrize("data", ["", "{", "[]", "null", '"x"', '{"order_id": 1}', "[" * 100_000, '{"a": NaN}'])
@pytest.mark.parametrize("name", ["show_input", "home"])
def test_what_makes_no_sense_changes_nothing(name: str, data: str) -> None:
    assert Shell().hears(name, data) == []


@given(st.sampled_from(["config", "show_input", "home", "x"]), st.text())
def test_no_text_breaks_the_shell(name: str, data: str) -> None:
    Shell().hears(name, data)
