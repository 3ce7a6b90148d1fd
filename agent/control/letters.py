"""What the room writes to an organizer whose meeting it has ended. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.model.control import Act, Mail
from agent.model.event import Occurrence
from agent.texts import say

_LONGEST = 120


def letter(act: Act, occurrence: Occurrence, end: datetime, room: str, zone: ZoneInfo, language: str) -> Mail | None:
    """A message to the organizer, in the room's language; None where nobody is known. Of a private meeting it tells the
    time and no subject."""
    if not occurrence.organizer_address:
        return None
    start, code = occurrence.start.astimezone(zone), f"control.mail_{act}"
    named = "" if occurrence.private else " ".join((occurrence.subject or "").split())[:_LONGEST]
    values = {
        "meeting": named or f"{start:%H:%M}",
        "room": room,
        "date": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "end": f"{end.astimezone(zone):%H:%M}",
    }
    subject, body = say(language, code, **values), say(language, code, "detail", **values)
    return Mail(to=occurrence.organizer_address, subject=subject, body=f"{body}\n")
