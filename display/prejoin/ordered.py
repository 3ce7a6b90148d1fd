"""Help for the meeting of an order: what the meeting's browser calls when its page is open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.wire import Open
from display.model import Trouble
from display.ports import Page
from display.prejoin.engine import help_to_join, watch_left
from display.prejoin.plan import Ending
from display.prejoin.rules import read

log = logging.getLogger(__name__)

STUCK = "display.join_help_stuck"
_NAME = 80
"""Characters of a room's name that a conference shows."""


async def help_with(page: Page, order: Open, interrupted: Callable[[], bool] = lambda: False) -> Trouble | None:
    """Help to join the order's meeting; a Trouble when the person has to go on by hand though nobody took over."""
    steps = read(order.steps).steps
    if not steps:
        return None
    outcome = await help_to_join(
        page,
        steps,
        {"room_name": order.room_name[:_NAME]},
        clock=asyncio.get_running_loop().time,
        pause=asyncio.sleep,
        interrupted=interrupted,
    )
    log.info("join help for %s: %s %s", order.provider or "a meeting", outcome.ending, outcome.step)
    return Trouble(STUCK, "meeting") if outcome.ending is Ending.STUCK else None


async def left(page: Page, order: Open) -> None:
    """Returns when the page shows that the order's meeting was left; where no sign of that is known, never."""
    sign = await watch_left(page, read(order.steps).left, pause=asyncio.sleep)
    log.info("the meeting was left: %s", sign.id)
