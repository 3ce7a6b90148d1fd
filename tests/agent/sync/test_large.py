"""E22: many more meetings than a room has."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.meetings.extract import Extractor
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.window import room_window
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, ROOM, Meeting, OtherExchange

COUNT = 2000
UTC_ZONE = ZoneInfo("UTC")


def test_two_thousand_meetings_are_read_in_pieces(tmp_path: Path) -> None:
    clock = FakeClock()
    with OtherExchange() as exchange:
        for number in range(COUNT):
            start = NOON + timedelta(minutes=9 * number)
            exchange.book(Meeting(subject=f"{number}", start=start, end=start + timedelta(minutes=9), uid=f"{number}"))
        settings = EwsSettings(
            mailbox=ROOM, endpoint=exchange.url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD
        )
        source, store = EwsSource(settings, clock), open_store(tmp_path, ROOM)

        def window(now: object) -> object:
            del now
            return room_window(NOON, UTC_ZONE, days_behind=1, days_ahead=14)

        puller = Puller(source, store, Extractor(), clock, scope="s", window=window)  # type: ignore[arg-type]
        first = puller.pull()
        assert first.ok, first.error
        assert (first.added, first.removed) == (COUNT, 0)
        assert exchange.operations().count("FindItem") >= COUNT / 500
        again = puller.pull()
        assert (again.ok, again.unchanged, again.removed) == (True, True, 0)
        source.close()
        store.close()
