"""What the core is told, over its breaks."""

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random

from agent.wire import DisplayConfig, DisplayReport
from display.core.client import CoreClient
from display.core.reporter import Reporter
from tests.display.browsers.room import until
from tests.fakes.display_core import FakeDisplayCore


def test_a_core_that_was_away_hears_the_newest_state_and_every_outcome(tmp_path: Path) -> None:
    socket = tmp_path / "core.sock"
    core = FakeDisplayCore(DisplayConfig())
    states = ["none"]

    async def main() -> None:
        reporter = Reporter(CoreClient(socket), lambda: DisplayReport(meeting=states[-1]), Random(1))
        running = asyncio.create_task(reporter.run())
        for number, state in enumerate(("opening", "running")):
            states.append(state)
            reporter.done(str(number), None if number else "display.meeting_failed")
            await asyncio.sleep(0.05)
        with core.serving(socket):
            await until(lambda: core.reports)
            assert core.reports[0]["meeting"] == "running"
            assert core.merged["orders"] == {
                "0": {"order_id": "0", "state": "failed", "code": "display.meeting_failed"},
                "1": {"order_id": "1", "state": "done", "code": None},
            }
            reporter.changed()  # the same again is not told
            states.append("none")
            reporter.changed()
            await until(lambda: core.merged["meeting"] == "none")
            assert len(core.reports) == 2
            assert "orders" not in core.reports[1]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main())
