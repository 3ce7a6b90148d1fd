"""What the display is told of the configuration, and when meetings want the screen on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent import wire
from agent.config import Config, split_listen
from agent.state.policy import RoomPolicy
from agent.sync.window import next_midnight

MOST_SPANS = 50


def home_url_of(listen: str) -> str:
    """The home screen's address by `web.listen`. Raises ValueError."""
    host, port = split_listen(listen)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def display_config(config: Config, home_url: str, awake: Sequence[wire.Span] = ()) -> wire.DisplayConfig:
    """The configuration as the display reads it."""
    display, policy = config.display, RoomPolicy.of(config)
    return wire.DisplayConfig(
        room_name=policy.name,
        language=policy.language,
        timezone=policy.timezone,
        home_url=home_url,
        inputs=[
            wire.InputConfig(
                name=name,
                label=each.label,
                kind=each.kind,
                match=each.match,
                audio=each.audio,
                edid_file=each.edid_file,
            )
            for name, each in config.inputs.items()
        ],
        cameras=list(display.cameras),
        content=display.content,
        prepare_meeting=display.prepare_meeting,
        sleep_after_min=display.sleep_after_min,
        awake=list(awake),
        nightly=display.nightly,
    )


def awake_spans(meetings: Sequence[wire.Meeting], now: datetime, zone: ZoneInfo, lead: timedelta) -> list[wire.Span]:
    """From `lead` before each timed meeting of the room's today and tomorrow to its end, as far as they are not over;
    those that touch are one. All-day meetings want no screen."""
    horizon = next_midnight(next_midnight(now, zone), zone)
    timed = (
        (datetime.fromisoformat(meeting.start) - lead, datetime.fromisoformat(meeting.end))
        for meeting in meetings
        if not meeting.all_day
    )
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(each for each in timed if each[1] > now and each[0] + lead < horizon):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return [wire.Span(start=wire.instant(start), end=wire.instant(end)) for start, end in merged[:MOST_SPANS]]
