"""Who makes room for whom."""

from __future__ import annotations

import pytest

from agent.system.crowd import STREAMS_KEPT, Crowd, Use


class Connection:
    def __init__(self, use: Use) -> None:
        self._use = use
        self.ended = False

    def use(self) -> Use:
        return self._use

    def make_room(self) -> None:
        self.ended = True


def crowd_of(*uses: Use, peer: str = "a", total: int = 100) -> tuple[Crowd, list[Connection]]:
    """A full one."""
    crowd, members = Crowd(len(uses), total), [Connection(use) for use in uses]
    for each in members:
        crowd.admit(peer, each)
    return crowd, members


@pytest.mark.parametrize(
    ("uses", "goes"),
    [
        ([Use.ANSWERING, Use.IDLE, Use.NOTHING_ASKED], 2),
        ([Use.ANSWERING, Use.NOT_READING, Use.IDLE], 2),
        ([Use.ANSWERING, Use.NOT_READING, Use.ANSWERING], 1),
        ([Use.IDLE, Use.IDLE, Use.IDLE], 0),
        ([Use.ANSWERING, Use.ANSWERING], 0),
        ([Use.STREAM, Use.STREAM, Use.ANSWERING], 2),
        ([*[Use.STREAM] * STREAMS_KEPT, Use.STREAM, Use.STREAM, Use.ANSWERING], STREAMS_KEPT + 1),
        ([Use.STREAM] * STREAMS_KEPT, STREAMS_KEPT - 1),
    ],
)
def test_a_newcomer_takes_the_place_of_the_least_useful(uses: list[Use], goes: int) -> None:
    crowd, members = crowd_of(*uses)
    crowd.admit("a", Connection(Use.ANSWERING))
    assert [each.ended for each in members] == [number == goes for number in range(len(uses))]
    assert len(crowd) == len(uses)


def test_where_all_together_are_too_many_the_peer_with_most_makes_room() -> None:
    crowd, greedy = crowd_of(Use.IDLE, Use.IDLE, Use.IDLE, total=4)
    modest, newcomer = Connection(Use.NOTHING_ASKED), Connection(Use.ANSWERING)
    crowd.admit("b", modest)
    crowd.admit("c", newcomer)
    assert [each.ended for each in (*greedy, modest, newcomer)] == [True, False, False, False, False]
    assert len(crowd) == 4


def test_who_has_left_counts_no_more() -> None:
    crowd, members = crowd_of(Use.IDLE, Use.IDLE)
    for each in (*members, Connection(Use.IDLE)):
        crowd.left("a", each)
    assert len(crowd) == 0
    crowd.admit("a", Connection(Use.IDLE))
    assert not any(each.ended for each in members)
