"""What the display is told of the configuration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent import wire
from agent.config import Config
from agent.state.display_config import MOST_SPANS, awake_spans, display_config, home_url_of
from agent.state.project import Inputs, project
from tests.builders import all_day, at, occurrence, policy, stored

ZONE = ZoneInfo("America/Los_Angeles")
LEAD = timedelta(minutes=10)


def spans(*entries: object, now: datetime | None = None) -> list[tuple[str, str]]:
    state = project(Inputs(policy=policy(), entries=entries), now or at(9)).state  # type: ignore[arg-type]  # builders
    found = awake_spans(state.meetings, now or at(9), ZONE, LEAD)
    return [(each.start, each.end) for each in found]


def span(start: datetime, end: datetime) -> tuple[str, str]:
    return wire.instant(start), wire.instant(end)


def test_meetings_of_today_and_tomorrow_want_the_screen_and_those_that_touch_are_one() -> None:
    found = spans(
        stored(occurrence("over", at(7), at(8))),
        stored(occurrence("a", at(10), at(11))),
        stored(occurrence("b", at(11, 10), at(12))),
        stored(occurrence("within a", at(10, 10), at(10, 20))),
        stored(occurrence("tomorrow", at(8, day=24), at(9, day=24))),
        stored(occurrence("later", at(0, day=25), at(9, day=25))),
        stored(all_day("fair", date(2026, 11, 23))),
    )
    assert found == [span(at(9, 50), at(12)), span(at(7, 50, day=24), at(9, day=24))]


def test_there_are_never_more_than_fifty() -> None:
    many = [stored(occurrence(str(n), at(9) + n * 2 * LEAD, at(9, 1) + n * 2 * LEAD)) for n in range(70)]
    assert len(spans(*many)) == MOST_SPANS


def test_everything_configured_is_told() -> None:
    config = Config.model_validate(
        {
            "room": {"mailbox": "sjroom@contoso.example", "timezone": "America/Los_Angeles", "language": "de"},
            "display": {"content": "preview", "cameras": ["046d:0853"], "prepare_meeting": False, "nightly": ""},
            "inputs": {"vga": {"kind": "vga", "label": "VGA"}, "hdmi": {"audio": "hw:1,0", "edid_file": "/edid"}},
        }
    )
    told = display_config(config, "http://127.0.0.1:8080/")
    assert told == wire.DisplayConfig(
        room_name="sjroom",
        language="de",
        timezone="America/Los_Angeles",
        inputs=[
            wire.InputConfig(name="vga", label="VGA", kind="vga"),
            wire.InputConfig(name="hdmi", audio="hw:1,0", edid_file="/edid"),
        ],
        cameras=["046d:0853"],
        content="preview",
        prepare_meeting=False,
        sleep_after_min=30,
    )
    assert replace(told, nightly="03:30").nightly == display_config(Config.default(), "").nightly


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("[::1]:80", "http://[::1]:80/"),
        ("localhost:9", "http://localhost:9/"),
    ],
)
def test_the_home_screen_is_where_the_front_listens(listen: str, url: str) -> None:
    assert home_url_of(listen) == url
