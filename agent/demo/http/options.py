"""How the server behaves; every value may be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(slots=True)
class StreamTimes:
    """`heartbeat_s`: silence after which a heartbeat goes out. `minute_s`: seconds in a minute of ConnectionTimeout."""

    heartbeat_s: float = 45.0
    minute_s: float = 60.0


@dataclass(slots=True)
class Options:
    """`token_life`: of OAuth tokens issued from now on. `device_interval_s`: how often a device may ask for one."""

    times: StreamTimes = field(default_factory=StreamTimes)
    token_life: timedelta = timedelta(hours=1)
    device_interval_s: int = 5
