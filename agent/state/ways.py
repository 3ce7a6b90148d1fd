"""The way to join that somebody means. Pure."""

from __future__ import annotations

from agent import wire
from agent.errors import CommandError


def way_to_join(state: wire.RoomState, meeting_id: str, alternative: int | None) -> wire.Join:
    """The way a join command means. Raises CommandError: 404 for an unknown meeting, 409 where there is nothing to join
    or the alternatives are no longer those that the person saw.
    """
    meeting = next((meeting for meeting in state.meetings if meeting.id == meeting_id), None)
    if meeting is None:
        raise CommandError("meeting.unknown", "No meeting of today's list has this id; reload the list.", 404)
    if meeting.join is None:
        raise CommandError("join.none", f"This meeting cannot be joined: {meeting.no_join_reason}.", 409)
    if alternative is None:
        return meeting.join
    if alternative >= len(meeting.join.alternatives):
        raise CommandError("join.changed", "The ways to join have changed; choose again.", 409)
    return meeting.join.alternatives[alternative]
