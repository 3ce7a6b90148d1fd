"""What an occurrence is to whoever writes: an item that is there, and time that it takes. Pure."""

from __future__ import annotations

from agent.model.control import Present, Taken
from agent.model.event import Occurrence, Response, ShowAs


def takes_time(occurrence: Occurrence) -> bool:
    """Whether the room is occupied by it."""
    free = occurrence.cancelled or occurrence.show_as is ShowAs.FREE or occurrence.response is Response.DECLINED
    return not free and occurrence.start < occurrence.end


def taken_by(occurrence: Occurrence) -> Taken:
    """The time that it takes."""
    return Taken(
        item_id=occurrence.item_id,
        uid=occurrence.key.uid,
        start=occurrence.start,
        end=occurrence.end,
        created=occurrence.created,
        pencilled=occurrence.pencilled,
    )


def present_as(occurrence: Occurrence, request_id: str) -> Present:
    """The item as it is now. `request_id`: of the answer that told it."""
    return Present(
        item_id=occurrence.item_id,
        change_key=occurrence.change_key,
        uid=occurrence.key.uid,
        start=occurrence.start,
        end=occurrence.end,
        created=occurrence.created,
        cancelled=occurrence.cancelled,
        all_day=occurrence.all_day,
        request_id=request_id,
    )
