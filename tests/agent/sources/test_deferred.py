from agent.sources.deferred import DeferredBox, DeferredSource
from tests.contracts.request_box import ACCEPT, UNTIL
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
