"""A message whose answer was lost, before the server shows it among the sent items."""

from __future__ import annotations

import pytest

from agent.errors import AccessDenied, SourceError, SourceUnavailable
from agent.sources.ews.sendings import SETTLES_S, Sendings
from tests.fakes.clock import FakeClock

LOST = SourceUnavailable("calendar.unreachable", "the answer did not come")


def sent(sendings: Sendings, key: str = "k", error: SourceError | None = None) -> bool:
    """Whether it was tried."""
    tried = False
    try:
        with sendings.trying(key):
            tried = True
            if error is not None:
                raise error
    except SourceError:
        pass
    return tried


def test_a_message_whose_answer_was_lost_is_not_sent_again_before_the_server_would_show_it() -> None:
    clock = FakeClock()
    sendings = Sendings("mail.contoso.example", clock)
    assert sent(sendings, error=LOST)
    clock.advance(SETTLES_S - 1)
    assert not sent(sendings)
    assert sent(sendings, "another")
    clock.advance(1)
    assert sent(sendings)


def test_a_message_that_was_refused_is_tried_again_at_once() -> None:
    sendings = Sendings("mail.contoso.example", FakeClock())
    assert sent(sendings, error=AccessDenied("calendar.access_denied", "no"))
    assert sent(sendings)


def test_whoever_waits_is_told_where() -> None:
    sendings = Sendings("mail.contoso.example", FakeClock())
    sent(sendings, error=LOST)
    with pytest.raises(SourceUnavailable, match=r"mail\.contoso\.example") as caught, sendings.trying("k"):
        pass
    assert caught.value.code == "calendar.timeout"
