"""How much of a limit is gone."""

from __future__ import annotations

import pytest
from requests.structures import CaseInsensitiveDict

from agent.sources.transport.limits import used_up


@pytest.mark.parametrize(
    ("headers", "share"),
    [
        ({}, None),
        ({"x-ms-throttle-limit-percentage": "0.87"}, 0.87),
        ({"RateLimit-Limit": "100", "RateLimit-Remaining": "25"}, 0.75),
        ({"X-RateLimit-Limit": "100;w=60", "X-RateLimit-Remaining": "0"}, 1.0),
        ({"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "900"}, 0.0),
        ({"RateLimit-Limit": "0", "RateLimit-Remaining": "0"}, None),
        ({"RateLimit-Limit": "100"}, None),
        ({"RateLimit-Limit": "many", "RateLimit-Remaining": "few"}, None),
        ({"x-ms-throttle-limit-percentage": "9" * 400}, None),
    ],
)
def test_what_the_answers_tell(headers: dict[str, str], share: float | None) -> None:
    assert used_up(CaseInsensitiveDict(headers)) == share
