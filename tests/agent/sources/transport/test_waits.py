from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent.sources.transport.waits import clamp, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = "Mon, 23 Nov 2026 12:01:30 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 2.5 "}, 2.5),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "1000000000"}, 600),
        ({"Retry-After": "inf"}, 600),
        ({"Retry-After": LATER}, 90),
        ({"Retry-After": LATER, "Date": "Mon, 23 Nov 2026 12:01:00 GMT"}, 30),
        ({"Retry-After": LATER, "Date": "nonsense"}, 90),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT"}, None),
        ({"Retry-After": "Mon, 23 Nov 2026 12:01:30 -0000"}, None),
        ({"Retry-After": "Mon, 23 Nov 2099 12:00:00 GMT"}, 600),
    ],
)
def test_wait_is_what_the_header_says_within_reason(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_wait_of_nothing_is_none() -> None:
    assert clamp(0) is None
    assert clamp(1.5) == 1.5
