from __future__ import annotations

import inspect

from agent.model.control import Mail, NewBooking
from agent.model.sync import Window
from agent.ports import WritableCalendar
from agent.sources.deferred import DeferredBox, DeferredSource, DeferredWriter
from tests.builders import at
from tests.contracts.request_box import ACCEPT, UNTIL
from tests.fakes.clock import FakeClock
from tests.fakes.request_box import FakePost, FakeRequestBox
from tests.fakes.source import ScriptedSource
from tests.fakes.writable import FakeWriter, Server


def test_the_source_is_opened_once_by_the_first_question() -> None:
    opened: list[ScriptedSource] = []

    def opener() -> ScriptedSource:
        opened.append(ScriptedSource())
        return opened[-1]

    source = DeferredSource("ews", opener)
    assert (source.name, opened) == ("ews", [])
    source.room_lists()
    source.probe()
    assert len(opened) == 1


def test_closing_what_was_never_opened_does_nothing() -> None:
    DeferredSource("ews", ScriptedSource).close()


def test_a_box_is_opened_by_its_first_call() -> None:
    post = FakePost()
    opened: list[FakeRequestBox] = []

    def opener() -> FakeRequestBox:
        opened.append(post.box())
        return opened[-1]

    box = DeferredBox(opener)
    box.close()
    assert opened == []
    post.invite("planning")
    post.invite("other")
    first, second = box.pending(UNTIL, 50)
    box.answer(first, ACCEPT)
    box.carry_out(second)
    box.close()
    assert [each.closed for each in opened] == [1]
    assert post.inbox == {}


def test_the_writer_is_opened_once_by_the_first_call_and_passes_everything_on() -> None:
    server = Server(FakeClock())
    opened: list[FakeWriter] = []

    def opener() -> FakeWriter:
        opened.append(FakeWriter(server))
        return opened[-1]

    writer = DeferredWriter("ews", opener)
    booking = NewBooking(start=at(9), end=at(10), subject="Ad hoc")
    writer.close()
    assert (writer.name, opened) == ("ews", [])
    made = writer.create("key", booking)
    assert writer.created("key", booking) == writer.read(made.item_id) == made
    assert [each.uid for each in writer.taken(Window(at(9), at(10)))] == [made.uid]
    assert writer.set_end(made, at(9, 30)).end == at(9, 30)
    assert writer.send("key", Mail(to="ann@contoso.example", subject="s", body="b"))
    writer.delete(made.item_id)
    assert writer.read(made.item_id) is None
    writer.close()
    assert len(opened) == 1
    assert {name for name, _ in inspect.getmembers(WritableCalendar) if name[0] != "_"} <= set(dir(DeferredWriter))
