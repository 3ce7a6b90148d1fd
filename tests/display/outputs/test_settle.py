from __future__ import annotations

from display.outputs.settle import ALONE_S, EVERY_S, LONGEST_S, QUIET_S, Settle


def test_the_screens_are_looked_at_when_news_have_ended() -> None:
    state = Settle(looked=0.0).told(1.0, kernel=True).told(1.3, kernel=False)
    assert state.due == 1.3 + QUIET_S
    assert state.probe


def test_news_that_do_not_end_are_looked_at_all_the_same() -> None:
    state = Settle(looked=0.0)
    for tick in range(3000):
        state = state.told(1.0 + tick / 1000, kernel=True)
    assert state.due == 1.0 + LONGEST_S


def test_what_the_x_server_tells_it_has_seen() -> None:
    assert not Settle(looked=0.0).told(1.0, kernel=False).probe


def test_news_may_get_lost() -> None:
    assert Settle(looked=5.0).due == 5.0 + EVERY_S
    assert not Settle(looked=5.0).probe


def test_sockets_are_asked_while_no_screen_is_connected_and_not_otherwise() -> None:
    assert Settle(looked=5.0, alone=True).due == 5.0 + ALONE_S
    assert Settle(looked=5.0, alone=True).probe
