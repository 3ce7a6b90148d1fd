"""`room-display home`, put together."""

from __future__ import annotations

from functools import partial

from display.app.serving import Post, begin, run_alone, serve
from display.browsers.home import HomeSupervisor
from display.channel import State
from display.clock import utc_now
from display.core.client import CoreClient, Event
from display.places import Places


def run_home(places: Places, display: str | None, *, log_level: str) -> int:
    """Keep the home screen's browser until SIGTERM; its exit status."""
    begin(display, log_level)
    return run_alone(places.home, partial(_run, places))


async def _run(places: Places) -> None:
    def changed() -> None:
        post.changed()

    def ordered(event: Event) -> None:
        if event.name == "restart_home":
            home.restart()

    def asked(request: State) -> None:
        if request.get("do") == "restart":
            home.restart()

    home = HomeSupervisor(places.runtime / "home", changed=changed, clock=utc_now)
    post = Post(
        CoreClient(places.core),
        "home",
        state=lambda: home.state,
        report=lambda: home.report,
        configure=home.configure,
        ordered=ordered,
        asked=asked,
    )
    await serve(places.home, post, home.run())
