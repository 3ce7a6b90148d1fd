from agent.sources.deferred import DeferredSource
from tests.fakes.source import ScriptedSource


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
