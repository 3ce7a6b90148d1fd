"""Calendar sources by name. Importing this loads no client library: only the configured source is ever imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.ports import CalendarSource, ChangeStream, Clock
from agent.sources.ews.settings import EwsSettings

StreamOpener = Callable[[EwsSettings, Clock], ChangeStream]
Opener = Callable[[EwsSettings, Clock], CalendarSource]


def open_ews(settings: EwsSettings, clock: Clock) -> CalendarSource:
    """Exchange Web Services, imported when called (exchangelib: 0.3 s and 50 MB). No network traffic yet."""
    from agent.sources.ews.source import EwsSource  # noqa: PLC0415  lazy on purpose

    return EwsSource(settings, clock)


def open_ews_stream(settings: EwsSettings, clock: Clock) -> ChangeStream:
    """Its stream of changes; likewise imported when called."""
    from agent.sources.ews.stream import EwsStream  # noqa: PLC0415  lazy on purpose

    return EwsStream(settings, clock)


SOURCES: Mapping[str, Opener] = {"ews": open_ews}
STREAMS: Mapping[str, StreamOpener] = {"ews": open_ews_stream}
"""Of the sources that can tell of changes by themselves; the others are polled."""
