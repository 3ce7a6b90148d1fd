"""What a person typed to join, under the room's policy. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from agent import wire
from agent.model.join import JoinInfo
from agent.state.policy import RoomPolicy
from agent.state.ways import LAUNCHER, label_of, trusted, way_of


def typed_state(found: Sequence[JoinInfo], policy: RoomPolicy, launcher: str = LAUNCHER) -> wire.Typed:
    """The ways to offer, each with a label of its own. Nothing is kept back: whoever sees it has just typed it."""
    kept = offered(found, policy)
    labels = Counter(map(label_of, kept))
    return wire.Typed(
        ways=[
            replace(way_of(way, policy, launcher, shown=True), label=_label(way, alone=labels[label_of(way)] == 1))
            for way in kept
        ]
    )


def offered(found: Sequence[JoinInfo], policy: RoomPolicy) -> list[JoinInfo]:
    """Those the room's policy lets people choose."""
    return [way for way in found if policy.untrusted != "hide" or trusted(way, policy)]


def _label(way: JoinInfo, *, alone: bool) -> str:
    """Two meetings of one service at one host are told apart by their ids."""
    return label_of(way) if alone or way.meeting_id is None else f"{label_of(way)} · {way.meeting_id}"
