"""When to ask next. Pure: durations in seconds, chance is given.

Under any fault the source is asked at most six requests a minute and at least every two minutes, unless the server
wants to be left alone for longer. Jitter keeps thousands of rooms from asking at the same moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from agent.errors import ConfigError, SourceThrottled
from agent.sync.report import PullReport

POLL_S = 60.0
"""Between two polls while no stream is open."""
SAFETY_S = 600.0
"""Between two rounds while a stream tells of changes."""
FAULT_FLOOR_S = 10.0
"""Between two requests while something is wrong: six a minute."""
BACK_OFF_CAP_S = 120.0
SERVER_WAIT_CAP_S = 600.0
MERGE_S = 5.0
"""Wishes to sync that come within this time of a round are answered by one round at its end."""
HEALTHY_FLOOR_S = 2.0
"""Between two requests while all is well: thirty a minute."""
USUAL = 4
"""Requests of a round that reads a change. More are a bulk read, and one of those does not hold up the next change."""
BULK_AGAIN_S = 120.0
SETTLE_S = 0.2
"""After the first sign of a change, so that the change is complete when it is read."""
LOOK_S = 30.0
"""Between two looks whether there is a secret, or another one. A look asks the server nothing."""
FRESH_BOOT_S = 180.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the next round by itself, until a nudge may cause one, and until a person may."""

    poll_s: float
    nudge_s: float
    person_s: float


def first_wait(uptime_s: float, *, stored: bool, spread_s: float, chance: Random) -> Wait:
    """Before the first round: at once, but spread after a power cut that started many rooms together.

    `uptime_s`: how long the machine has been up. A room with nothing to show does not wait, nor does a person.
    """
    delay = chance.uniform(0.0, spread_s) if stored and uptime_s < FRESH_BOOT_S else 0.0
    return Wait(poll_s=delay, nudge_s=delay, person_s=0.0)


def wait_after(report: PullReport, failures: int, *, poll_s: float, chance: Random, bulk_lately: bool = False) -> Wait:
    """After a round. `failures`: how many have failed in a row, this one included; 0 when it did not.

    `bulk_lately`: the one before was a bulk read, less than `BULK_AGAIN_S` ago.
    """
    if report.ok:
        counted = report.requests if bulk_lately else min(report.requests, USUAL)
        floor = HEALTHY_FLOOR_S * counted
        merge = max(MERGE_S, floor)
        period = poll_s * chance.uniform(0.9, 1.1)
        if report.doubt_s is not None:
            period = max(min(period, report.doubt_s), merge)
        return Wait(max(period, floor), merge, merge)
    if report.rest_s is not None:
        look = min(report.rest_s, LOOK_S)
        return Wait(look, look, 0.0)
    floor = min(FAULT_FLOOR_S * max(1, report.requests), BACK_OFF_CAP_S)
    if isinstance(report.error, ConfigError):
        return Wait(LOOK_S, LOOK_S, floor)
    asked = _server_wait(report)
    if asked is not None:
        delay = min(max(asked * chance.uniform(1.0, 1.2), floor), SERVER_WAIT_CAP_S)
        return Wait(delay, delay, delay)
    ceiling = min(FAULT_FLOOR_S * 2.0 ** min(failures, 10), BACK_OFF_CAP_S)
    delay = chance.uniform(floor, max(floor, ceiling))
    return Wait(delay, delay, floor)


def _server_wait(report: PullReport) -> float | None:
    """What the server asked for, when it makes sense."""
    error = report.error
    if not isinstance(error, SourceThrottled) or error.retry_after_s is None:
        return None
    if not math.isfinite(error.retry_after_s) or error.retry_after_s < 0:
        return None
    return error.retry_after_s
