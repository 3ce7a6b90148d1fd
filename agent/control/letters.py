"""What the room writes to an organizer whose meeting it has ended. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from agent.model.control import Act, Mail
from agent.model.event import Occurrence
from agent.state.policy import RoomPolicy
from agent.texts import say

_LONGEST = 120
_ONE_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')
"""A mailbox and nothing else: no list, no name, no scheme."""


def letter(act: Act, occurrence: Occurrence, end: datetime, room: RoomPolicy, language: str) -> Mail | None:
    """A message to the organizer, in the room's language; None where nobody but the room itself is known, or not by one
    address. Of a private meeting it tells the time and no subject."""
    address, zone = occurrence.organizer_address, room.zone
    if not address or not _ONE_ADDRESS.fullmatch(address) or address.lower() == room.mailbox.lower():
        return None
    start, code = occurrence.start.astimezone(zone), f"control.mail_{act}"
    named = "" if occurrence.private else " ".join((occurrence.subject or "").split())[:_LONGEST]
    values = {
        "meeting": named or f"{start:%H:%M}",
        "room": room.name,
        "date": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "end": f"{end.astimezone(zone):%H:%M}",
    }
    subject, body = say(language, code, **values), say(language, code, "detail", **values)
    return Mail(to=address, subject=subject, body=f"{body}\n")
