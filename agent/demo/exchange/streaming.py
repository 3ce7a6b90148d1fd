"""GetStreamingEvents: a connection that stays open, one envelope after the other.

The first says OK, then come notifications as things happen and a heartbeat when nothing does, at last Closed. What
happens while no connection is open is told to nobody: clients sync after each connect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from threading import Condition

from agent.demo import world as w
from agent.demo.exchange.callers import Call
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import Element, m, mt, t
from agent.demo.exchange.responses import answer, failure, success
from agent.demo.exchange.soap import envelope
from agent.demo.exchange.subscriptions import Subscription
from agent.demo.http.options import StreamTimes

OPERATION = "GetStreamingEvents"


class Streams:
    """How many streams are open now, and how many envelopes all streams have carried; thread-safe."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.open = 0
        self.envelopes = 0

    def count(self, *, opened: int = 0, envelopes: int = 0) -> None:
        with self._changed:
            self.open += opened
            self.envelopes += envelopes
            self._changed.notify_all()

    def wait_until_open(self, streams: int, timeout_s: float) -> bool:
        """Wait until this many streams are open and will tell of every change; False when it took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == streams, timeout_s)


def connection_minutes(call: Call) -> int:
    """How long the client wants to stay connected. Raises `SoapFault` outside 1 to 30."""
    minutes = call.element.findtext(mt("m:ConnectionTimeout")) or ""
    if not minutes.isdecimal() or not 1 <= int(minutes) <= 30:
        raise schema_violation("The element 'ConnectionTimeout' must be 1 to 30 minutes.")
    return int(minutes)


async def stream(call: Call, times: StreamTimes, streams: Streams) -> AsyncGenerator[bytes, None]:
    """The envelopes, until the asked time is over or an error ends the stream."""
    ids = [e.text or "" for e in call.element.iterfind(mt("m:SubscriptionIds/t:SubscriptionId"))]
    try:
        subscriptions = [call.subscriptions.get(one, streaming=True) for one in ids]
    except EwsError as error:
        bad = m("ErrorSubscriptionIds", *[t("SubscriptionId", one) for one in ids])
        yield envelope(answer(OPERATION, failure(OPERATION, error, bad)))
        return
    for subscription in subscriptions:
        subscription.since = call.world.change_number
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wake(_: w.Change) -> None:
        loop.call_soon_threadsafe(changed.set)

    stop_listening = call.world.listen(wake)
    streams.count(opened=1)
    try:
        yield _status("OK")
        ends = loop.time() + connection_minutes(call) * times.minute_s
        while (left := ends - loop.time()) > 0:
            try:
                await asyncio.wait_for(changed.wait(), min(left, times.heartbeat_s))
            except TimeoutError:
                if loop.time() < ends:
                    yield _status("OK")
                continue
            changed.clear()
            notifications = [n for n in map(_notification, subscriptions) if n is not None]
            if notifications:
                yield envelope(answer(OPERATION, success(OPERATION, m("Notifications", *notifications))))
        yield _status("Closed")
    finally:
        stop_listening()
        streams.count(opened=-1)


def _status(status: str) -> bytes:
    return envelope(answer(OPERATION, success(OPERATION, m("ConnectionStatus", status))))


def _notification(subscription: Subscription) -> Element | None:
    """On the wire it is m:Notification, whatever the schema says."""
    events = list(subscription.events(subscription.pending(), watermarks=False))
    return m("Notification", t("SubscriptionId", subscription.subscription_id), *events) if events else None
