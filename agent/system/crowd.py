"""The open connections of one listener, and which of them goes when there are too many.

A newcomer is let in and the least useful connection of the same peer goes: whoever holds connections without asking
anything cannot keep out a page that does, even from the same address.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Protocol

STREAMS_KEPT = 4


class Use(IntEnum):
    """What a connection is good for, the least first."""

    NOTHING_ASKED = 0  # no request yet, or half of one
    IDLE = 1  # answered, waits for the next request
    NOT_READING = 2  # its answer waits for the peer to read
    STREAM = 3  # an answer that goes on: who listens comes back by itself
    ANSWERING = 4  # asked something and has no answer yet, or has just come


class Member(Protocol):
    """A connection."""

    def use(self) -> Use:
        """What it is good for now."""

    def make_room(self) -> None:
        """End it for the sake of another one."""


class Crowd:
    """At most `per_peer` connections of a peer, and `total` together."""

    def __init__(self, per_peer: int, total: int) -> None:
        self._per_peer = per_peer
        self._total = total
        self._open: dict[str, dict[Member, None]] = {}  # in the order in which they came

    def __len__(self) -> int:
        return sum(len(members) for members in self._open.values())

    def admit(self, peer: str, newcomer: Member) -> None:
        """Count a newcomer in; where it is full another goes, of the same peer or of the one with most."""
        crowded = peer if len(self._open.get(peer, ())) >= self._per_peer else None
        if crowded is None and len(self) >= self._total:
            crowded = max(self._open, key=lambda each: len(self._open[each]))
        if crowded is not None:
            given_up = least_useful(self._open[crowded])
            self.left(crowded, given_up)
            given_up.make_room()
        self._open.setdefault(peer, {})[newcomer] = None

    def left(self, peer: str, member: Member) -> None:
        """A connection has ended. Harmless for one that is not counted."""
        members = self._open.get(peer, {})
        members.pop(member, None)
        if not members:
            self._open.pop(peer, None)


def least_useful(members: Collection[Member]) -> Member:
    """The one to give up: of the least use, and of those the one that came first, who had its time. The streams that
    have gone on for longest, such as the home page's, stay; of the others the one that came last goes."""
    found = [(member.use(), member) for member in members]
    staying = [member for use, member in found if use is Use.STREAM][:STREAMS_KEPT]
    leaving = [(use, member) for use, member in found if member not in staying] or found
    least = min(use for use, _ in leaving)
    alike = [member for use, member in leaving if use is least]
    return alike[-1 if least is Use.STREAM else 0]
