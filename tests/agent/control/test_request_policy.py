from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.config import Config
from agent.config.sections import Requests, Room
from agent.control.request_policy import RequestPolicy


def test_the_defaults_are_those_of_the_configuration() -> None:
    assert RequestPolicy.of(Config()) == RequestPolicy(language=Config().room.language)


def test_every_key_has_its_effect() -> None:
    config = Config(
        room=Room(language="de"),
        requests=Requests(
            booking_window_days=30,
            max_duration_min=90,
            allow_conflicts=True,
            conflict_percentage=25,
            allow_series=False,
            work_from="07:30",
            work_until="19:00",
            work_days=("mon", "sun"),
        ),
    )
    assert RequestPolicy.of(config) == RequestPolicy(
        days_ahead=30,
        longest=timedelta(minutes=90),
        conflicts=True,
        share=25,
        series=False,
        hours=(time(7, 30), time(19)),
        work_days=frozenset({0, 6}),
        language="de",
    )


def test_the_window_ends_with_a_day_of_the_room() -> None:
    """Berlin's summer begins within it."""
    now = datetime(2027, 3, 26, 23, 30, tzinfo=UTC)
    assert RequestPolicy(days_ahead=1).until(now, ZoneInfo("Europe/Berlin")) == datetime(2027, 3, 28, 22, tzinfo=UTC)
