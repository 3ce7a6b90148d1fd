"""`room-display meeting`, put together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from agent.wire import Open
from display.app.serving import Post, begin, run_alone, serve
from display.browsers.meeting import MeetingDriver
from display.browsers.prepared import Stock
from display.channel import State
from display.clock import utc_now
from display.core.client import CoreClient, Event
from display.core.decode import decode
from display.places import Places
from display.prejoin.ordered import help_with, left


def run_meeting(
    places: Places, display: str | None, *, log_level: str, local_pages: bool = False, flags: Sequence[str] = ()
) -> int:
    """Drive the meeting's browser until SIGTERM; its exit status."""
    begin(display, log_level)
    return run_alone(places.meeting, partial(_run, places, local_pages=local_pages, flags=flags))


async def _run(places: Places, *, local_pages: bool, flags: Sequence[str]) -> None:
    def changed() -> None:
        post.changed()

    def outcome(order_id: str, code: str | None) -> None:
        post.reporter.done(order_id, code)

    def ordered(event: Event) -> None:
        if event.name == "open":
            driver.open(decode(Open, event.json()))

    def asked(request: State) -> None:
        if request.get("do") == "leave":
            driver.leave()

    driver = MeetingDriver(
        Stock(places.runtime / "meeting", changed, flags=flags),
        changed=changed,
        outcome=outcome,
        clock=utc_now,
        helper=help_with,
        watcher=left,
        local_pages=local_pages,
    )
    post = Post(
        CoreClient(places.core),
        "meeting",
        state=lambda: driver.state,
        report=lambda: driver.report,
        configure=driver.configure,
        ordered=ordered,
        asked=asked,
    )
    await serve(places.meeting, post, driver.run())
