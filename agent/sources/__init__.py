"""Calendar sources by name. Importing this loads no client library: only the configured source is ever imported."""

from __future__ import annotations

from agent.ports import CalendarSource, ChangeStream, Clock, OwnerMarks, RequestBox, WritableCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.graph.settings import GraphSettings


def open_source(settings: EwsSettings | GraphSettings, clock: Clock) -> CalendarSource:
    """The source these settings are for, imported when called (exchangelib: 0.3 s, 50 MB). No network traffic yet."""
    if isinstance(settings, GraphSettings):
        from agent.sources.graph.source import GraphSource  # noqa: PLC0415  lazy on purpose

        return GraphSource(settings, clock)
    from agent.sources.ews.source import EwsSource  # noqa: PLC0415  lazy on purpose

    return EwsSource(settings, clock)


def open_writer(settings: EwsSettings | GraphSettings, clock: Clock) -> WritableCalendar:
    """The writing half of that source, on connections of its own, likewise imported when called."""
    if isinstance(settings, GraphSettings):
        from agent.sources.graph.writing import GraphWriter  # noqa: PLC0415  lazy on purpose

        return GraphWriter(settings, clock)
    from agent.sources.ews.writing import EwsWriter  # noqa: PLC0415  lazy on purpose

    return EwsWriter(settings, clock)


def open_requests(settings: EwsSettings | GraphSettings, clock: Clock) -> RequestBox:
    """The requests in that source's inbox, on connections of its own, likewise imported when called."""
    if isinstance(settings, GraphSettings):
        from agent.sources.graph.inbox import GraphInbox  # noqa: PLC0415  lazy on purpose

        return GraphInbox(settings, clock)
    from agent.sources.ews.inbox import EwsInbox  # noqa: PLC0415  lazy on purpose

    return EwsInbox(settings, clock)


def open_stream(settings: EwsSettings, clock: Clock, *, inbox: bool = False) -> ChangeStream:
    """A source's stream of changes, of the inbox too where asked for, likewise imported when called."""
    from agent.sources.ews.stream import EwsStream  # noqa: PLC0415  lazy on purpose

    return EwsStream(settings, clock, inbox=inbox)


def open_owner_marks(settings: EwsSettings | GraphSettings, clock: Clock) -> OwnerMarks:
    """The marks of the boxes on a mailbox, likewise imported when called."""
    if isinstance(settings, GraphSettings):
        from agent.sources.graph.owner_marks import GraphOwnerMarks  # noqa: PLC0415  lazy on purpose

        return GraphOwnerMarks(settings, clock)
    from agent.sources.ews.owner_marks import EwsOwnerMarks  # noqa: PLC0415  lazy on purpose

    return EwsOwnerMarks(settings, clock)
