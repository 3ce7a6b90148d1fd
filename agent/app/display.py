"""The desk of the configured display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from agent import wire
from agent.app.box import Box
from agent.state.desk import Desk
from agent.state.display_config import awake_spans, display_config
from agent.state.launchers import closes_at


def make_desk(box: Box, home_url: str, changed: Callable[[], None]) -> Desk:
    """Where the display reports and takes orders. `changed` is called with every new fact about it."""
    config = box.config
    lead = timedelta(minutes=config.display.wake_before_min)

    def configure(meetings: Sequence[wire.Meeting], now: datetime) -> wire.DisplayConfig:
        return display_config(config, home_url, awake_spans(meetings, now, box.zone, lead))

    def closes(meeting: wire.Meeting, joined: datetime) -> str | None:
        return closes_at(meeting, joined, timedelta(minutes=config.display.meeting_grace_min), box.zone)

    return Desk({name: each.label for name, each in config.inputs.items()}, box.clock, configure, changed, closes)
