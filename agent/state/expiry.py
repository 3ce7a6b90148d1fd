"""Days left of what ends, and who should know. Pure.

The code changes at 30, 14, 7 and 1 day, so that whoever watches codes is told at each.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from agent import wire
from agent.model.expiry import Ending, Expiry
from agent.texts import say

STEPS = (1, 7, 14, 30)
ON_SCREEN = 7
"""From so many days on the room's people are asked to tell somebody."""
_DAY_S = 86_400.0


def days_left(expiry: Expiry, now: datetime) -> float:
    """Days, one decimal; negative when it is over."""
    return round((expiry.ends - now).total_seconds() / _DAY_S, 1)


def code_of(expiry: Expiry, now: datetime) -> str:
    """`expiry.ok`, `expiry.within_30`, `_14`, `_7`, `_1`, or `expiry.over`."""
    if expiry.ends <= now:
        return "expiry.over"
    left = (expiry.ends - now).total_seconds() / _DAY_S
    return next((f"expiry.within_{step}" for step in STEPS if left <= step), "expiry.ok")


def output_of(expiry: Expiry, now: datetime) -> str | None:
    """A sentence for ops people; None while there is time."""
    if code_of(expiry, now) == "expiry.ok":
        return None
    return say("en", _key(expiry, now), "detail", date=expiry.day)


def notices(expiries: Iterable[Expiry], now: datetime, language: str) -> list[wire.Notice]:
    """For the screen: what ends within `ON_SCREEN` days or is over, a warning in the last one. Of the calendar server's
    certificate its own people know; it stands in the status alone."""
    found = []
    ours = (each for each in expiries if each.what is not Ending.SERVER_CERTIFICATE)
    for expiry in sorted(ours, key=lambda each: each.ends):
        left, key = days_left(expiry, now), _key(expiry, now)
        if left <= ON_SCREEN:
            found.append(
                wire.Notice(
                    code=key,
                    severity="warning" if left <= 1 else "info",
                    title=say(language, key),
                    detail=say(language, key, "detail", date=expiry.day),
                    since=wire.instant(expiry.ends - timedelta(days=ON_SCREEN)),
                )
            )
    return found


def _key(expiry: Expiry, now: datetime) -> str:
    return f"expiry.{expiry.what.value}" + ("_over" if expiry.ends <= now else "")
