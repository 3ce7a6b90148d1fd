"""Calendar sources by name. Importing this loads no client library: only the configured source is ever imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.ports import CalendarSource, Clock
from agent.sources.ews.settings import EwsSettings

Opener = Callable[[EwsSettings, Clock], CalendarSource]


def open_ews(settings: EwsSettings, clock: Clock) -> CalendarSource:
    """Exchange Web Services, imported when called (exchangelib: 0.3 s and 50 MB). No network traffic yet."""
    from agent.sources.ews.source import EwsSource  # noqa: PLC0415  lazy on purpose

    return EwsSource(settings, clock)


SOURCES: Mapping[str, Opener] = {"ews": open_ews}
