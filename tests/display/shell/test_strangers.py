"""Windows of processes nobody knows."""

from __future__ import annotations

from display.model import Trouble
from display.shell.strangers import PATIENCE_S, Strangers

FOREIGN = [Trouble("display.foreign_window")]


def test_a_browser_whose_process_is_known_a_moment_later_is_no_stranger() -> None:
    strangers = Strangers()
    strangers.look(frozenset({7}), 10.0)
    assert strangers.troubles == []
    assert strangers.due == 10.0 + PATIENCE_S
    strangers.look(frozenset(), 11.0)
    assert strangers.troubles == []
    assert strangers.due is None


def test_who_waits_too_long_is_told_once_for_all() -> None:
    strangers = Strangers()
    strangers.look(frozenset({7, 8}), 10.0)
    strangers.look(frozenset({7, 8, 9}), 10.0 + PATIENCE_S)
    assert strangers.troubles == FOREIGN
    assert strangers.due == 10.0 + 2 * PATIENCE_S, "the third one is due later"
    strangers.look(frozenset({9}), 11.0 + PATIENCE_S)
    assert strangers.troubles == []


def test_a_window_that_comes_again_waits_anew() -> None:
    strangers = Strangers()
    strangers.look(frozenset({7}), 0.0)
    strangers.look(frozenset(), 4.0)
    strangers.look(frozenset({7}), 6.0)
    assert strangers.troubles == []
