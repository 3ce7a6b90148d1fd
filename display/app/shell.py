"""The shell's process, put together: `python -m display.app.shell OPTIONS`, which `room-display run` becomes."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import ExitStack
from functools import partial
from typing import Any

from Xlib.error import ConnectionClosedError

from display import logs
from display.app.assembly import Assembly
from display.app.start import Options
from display.windows.server import ScreenError, connect

log = logging.getLogger(__name__)


async def run(options: Options) -> int:
    """Own the screen until told to stop, or until X is gone; the exit status. Raises ScreenError where there is no
    screen to be had."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    def wrong(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Any timer may be the first to notice that X is gone."""
        if isinstance(context.get("exception"), ConnectionClosedError):
            end(1)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(wrong)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, 0)
    with ExitStack() as resources:
        display = await connect(options.display)
        assembly = Assembly(options, display, resources, lost=partial(end, 1))
        tasks = [asyncio.create_task(_watched(work, name, end), name=name) for name, work in assembly.works().items()]
        assembly.started()
        status = await ended
        assembly.stopping()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return status


async def _watched(work: Coroutine[Any, Any, None], name: str, end: Any) -> None:
    """A part that ends ends the process: whoever started us starts us clean."""
    try:
        await work
        log.error("%s ended", name)
    except asyncio.CancelledError:
        raise
    except ConnectionClosedError:
        log.warning("the X server is gone")
    except Exception:
        log.exception("%s failed", name)
    end(1)


def main() -> int:
    """Run with the options of the command line."""
    options = Options.read(sys.argv[1])
    logs.configure(options.log_level)
    if options.display:
        os.environ["DISPLAY"] = options.display
    try:
        return asyncio.run(run(options))
    except ScreenError as error:
        sys.stderr.write(f"room-display: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
