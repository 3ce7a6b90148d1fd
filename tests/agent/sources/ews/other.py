"""A source in front of the other Exchange, and a day in its calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from agent.model.event import Fetched
from agent.model.sync import Delta, SyncToken, Window
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from agent.sources.transport.settings import HttpSettings
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, ROOM, Meeting, OtherExchange

WINDOW = Window(NOON - timedelta(days=1), NOON + timedelta(days=14))
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d"
BODY = "<html><body>Join: https://zoom.us/j/91234567890?pwd=abc &amp; more</body></html>"
KOLKATA = "Asia/Kolkata"


@pytest.fixture
def exchange() -> Iterator[OtherExchange]:
    with OtherExchange() as exchange:
        yield exchange
        assert exchange.refusals == []


@pytest.fixture
def source(exchange: OtherExchange) -> Iterator[EwsSource]:
    made = make_source(exchange)
    yield made
    made.close()


def make_source(
    exchange: OtherExchange, deadline_s: float = 10.0, password: Callable[[], str] = lambda: PASSWORD
) -> EwsSource:
    settings = EwsSettings(
        mailbox=ROOM,
        endpoint=exchange.url,
        auth=Auth.BASIC,
        timezone=KOLKATA,
        username=ACCOUNT,
        password=password,
        http=HttpSettings(deadline_s=deadline_s),
    )
    return EwsSource(settings, FakeClock())


def read(source: EwsSource, token: SyncToken | None = None, known: Delta | None = None) -> Delta:
    keys = {each.item_id: each.change_key for each in known.heads or ()} if known else {}
    return source.changes_since(token, WINDOW, keys)


def by_subject(delta: Delta) -> dict[str | None, Fetched]:
    return {each.occurrence.subject: each for each in delta.fetched}


def a_day(exchange: OtherExchange) -> list[Meeting]:
    return [
        exchange.book(
            Meeting(
                subject="Grüße & <more>",
                start=NOON + timedelta(hours=hour),
                end=NOON + timedelta(hours=hour + 1),
                uid=f"UID-{hour}",
                body=BODY,
                properties={"SkypeTeamsMeetingUrl": TEAMS},
            )
        )
        for hour in range(3)
    ]
