from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from exchangelib.errors import (
    ErrorExpiredSubscription,
    ErrorInvalidSubscription,
    ErrorInvalidWatermark,
    ErrorSubscriptionNotFound,
)
from exchangelib.folders import FolderCollection
from exchangelib.services import GetEvents, GetStreamingEvents

from agent.demo.http.faults import Wire
from tests.agent.demo.support import at
from tests.fakes.exchange import DemoExchange, booking

EVENTS = ("CreatedEvent", "ModifiedEvent", "DeletedEvent", "FreeBusyChangedEvent")


def subscribe(account: Any) -> str:
    folders = FolderCollection(account=account, folders=[account.calendar])
    subscription: str = folders.subscribe_to_streaming(event_types=EVENTS)
    return subscription


@contextmanager
def booked_once_connected(exchange: DemoExchange, *, then: Any = None) -> Iterator[None]:
    """Book a meeting as soon as a stream is open, then do `then`, in a thread beside the reader."""

    def work() -> None:
        assert exchange.server.streams.wait_until_open(1, timeout_s=10)
        item = exchange.calendar.book(booking("Plan", at(9), at(10)))
        if then is not None:
            then(item)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)


def events_of(account: Any, subscription: str, *, enough: int) -> list[tuple[str, str]]:
    """(event, item id) of the first notifications, at least `enough` events."""
    stream = GetStreamingEvents(account=account).call([subscription], connection_timeout=1)
    found: list[tuple[str, str]] = []
    for notification in stream:
        found += [(type(event).__name__, event.item_id.id) for event in notification.events]
        if len(found) >= enough:
            break
    stream.close()
    return found


def test_a_change_is_told_at_once_with_its_free_busy_twin(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    with booked_once_connected(demo_exchange):
        found = events_of(account, subscription, enough=2)
    (item,) = demo_exchange.calendar.items()
    assert found == [("CreatedEvent", item.item_id), ("FreeBusyChangedEvent", item.item_id)]


def test_moves_and_deletions_are_told_too(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)

    def move_and_delete(item: Any) -> None:
        demo_exchange.calendar.move(item, at(11), at(12))
        demo_exchange.calendar.delete(item)

    with booked_once_connected(demo_exchange, then=move_and_delete):
        found = events_of(account, subscription, enough=6)
    assert [name for name, _ in found if name != "FreeBusyChangedEvent"] == [
        "CreatedEvent",
        "ModifiedEvent",
        "DeletedEvent",
    ]


def test_a_stream_ends_after_its_minutes_and_the_subscription_lives_on(
    demo_exchange: DemoExchange, account: Any
) -> None:
    demo_exchange.server.options.times.minute_s = 0.5
    subscription = subscribe(account)
    assert list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1)) == []
    demo_exchange.server.options.times.minute_s = 60.0
    with booked_once_connected(demo_exchange):
        assert len(events_of(account, subscription, enough=2)) == 2


def test_what_happens_between_two_connections_is_told_to_nobody(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    unseen = demo_exchange.calendar.book(booking("Unseen", at(9), at(10)))
    with booked_once_connected(demo_exchange):
        found = events_of(account, subscription, enough=2)
    assert len(found) == 2
    assert unseen not in {item for _, item in found}


def test_heartbeats_come_while_nothing_happens(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.server.options.times.heartbeat_s = 0.02
    demo_exchange.server.options.times.minute_s = 0.5
    subscription = subscribe(account)
    list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1))
    assert demo_exchange.server.streams.envelopes > 5


def test_an_unknown_or_ended_subscription_is_an_error(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    account.calendar.unsubscribe(subscription)
    for gone in ("bm8=", subscription):
        with pytest.raises(ErrorSubscriptionNotFound):
            list(GetStreamingEvents(account=account).call([gone], connection_timeout=1))
    with pytest.raises(ErrorSubscriptionNotFound):
        account.calendar.unsubscribe(subscription)
    lost = subscribe(account)
    demo_exchange.server.subscriptions.forget_all()
    with pytest.raises(ErrorSubscriptionNotFound):
        list(GetStreamingEvents(account=account).call([lost], connection_timeout=1))


def test_a_subscription_nobody_listens_to_expires(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    demo_exchange.clock.advance(31 * 60)
    with pytest.raises(ErrorExpiredSubscription):
        list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1))


def test_a_stream_breaks_when_the_server_goes_down(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    with (
        booked_once_connected(demo_exchange, then=lambda _: demo_exchange.server.down()),
        pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)),
    ):
        list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1))


def test_a_stream_can_be_cut_after_some_bytes(demo_exchange: DemoExchange, account: Any) -> None:
    subscription = subscribe(account)
    demo_exchange.server.faults.add(Wire(drop_after=100), operation="GetStreamingEvents", times=1)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1))


def test_pulling_gives_the_events_since_the_watermark(demo_exchange: DemoExchange, account: Any) -> None:
    folders = FolderCollection(account=account, folders=[account.calendar])
    subscription, watermark = folders.subscribe_to_pull(event_types=EVENTS, timeout=10)
    item = demo_exchange.calendar.book(booking("Plan", at(9), at(10)))
    (notification,) = GetEvents(account=account).call(subscription_id=subscription, watermark=watermark)
    assert [type(event).__name__ for event in notification.events] == ["CreatedEvent", "FreeBusyChangedEvent"]
    assert notification.events[0].item_id.id == item
    last = notification.events[-1].watermark
    (quiet,) = GetEvents(account=account).call(subscription_id=subscription, watermark=last)
    assert [type(event).__name__ for event in quiet.events] == ["StatusEvent"]
    with pytest.raises(ErrorInvalidWatermark):
        list(GetEvents(account=account).call(subscription_id=subscription, watermark="AAAA"))
    with pytest.raises(ErrorInvalidSubscription):
        list(GetStreamingEvents(account=account).call([subscription], connection_timeout=1))
