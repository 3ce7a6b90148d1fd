"""How many wrong tokens a peer may send."""

from __future__ import annotations

from agent.state.bearers import MOST_WRONG, MOST_WRONG_TOGETHER, PEERS_KEPT, WITHIN_S, Bearers


def wrong(bearers: Bearers, peer: str, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        bearers.wrong(peer, now)


def test_ten_wrong_ones_within_a_minute_lock_this_peer_and_nobody_else() -> None:
    bearers = Bearers()
    wrong(bearers, "a", MOST_WRONG - 1)
    assert bearers.wait_s("a", 1.0) == 0
    wrong(bearers, "a", 1, now=1.0)
    assert (bearers.wait_s("a", 1.0), bearers.wait_s("b", 1.0)) == (WITHIN_S - 1, 0)
    assert bearers.wait_s("a", WITHIN_S - 0.5) == 1
    assert bearers.wait_s("a", WITHIN_S) == 0


def test_a_right_one_in_between_buys_no_more_tries() -> None:
    bearers = Bearers()
    wrong(bearers, "a", MOST_WRONG - 1)
    bearers.right("a")
    wrong(bearers, "a", 1)
    assert bearers.wait_s("a", 0.0) == WITHIN_S


def test_a_crowd_that_guesses_locks_strangers_and_not_who_was_right_before() -> None:
    bearers = Bearers()
    bearers.right("prometheus")
    for number in range(MOST_WRONG_TOGETHER):
        bearers.wrong(f"peer-{number}", 5.0)
    assert bearers.wait_s("prometheus", 5.0) == 0
    assert bearers.wait_s("stranger", 5.0) == WITHIN_S
    assert bearers.wait_s("stranger", 5.0 + WITHIN_S) == 0


def test_what_is_remembered_is_bounded() -> None:
    bearers = Bearers()
    wrong(bearers, "first", MOST_WRONG)
    for number in range(PEERS_KEPT):
        bearers.right(f"peer-{number}")
        bearers.wrong(f"peer-{number}", 0.0)
    assert len(bearers._wrong) == len(bearers._right) == PEERS_KEPT
