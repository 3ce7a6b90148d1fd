"""The marks by which boxes on one mailbox see each other: hidden items nobody ever looks at. Pure.

They stand in the second hour of 2001, private, in free time, without a reminder and without attendees. A mark's subject
says whose it is; what a stranger wrote into such an item is read with suspicion.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from agent.model.event import ItemId
from agent.model.owner import OwnerMark
from agent.model.sync import Window

WINDOW = Window(datetime(2001, 1, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, 1, 30, tzinfo=UTC))
MOST = 50
"""Marks that are read; more are none."""
_SUBJECT = re.compile(r"room-agent owner ([0-9a-f]{16}) ([A-Za-z0-9.-]{1,63}) \(safe to delete\)")


def subject_of(owner: str, host: str) -> str:
    """What a mark is called. `owner`: 16 hexadecimal digits."""
    return f"room-agent owner {owner} {_safe(host)} (safe to delete)"


def mark_of(item_id: str, subject: str | None, at: datetime | None) -> OwnerMark | None:
    """The mark an item is; None when it is none."""
    found = _SUBJECT.fullmatch(subject or "")
    if found is None or at is None or not item_id:
        return None
    return OwnerMark(ItemId(item_id), found[1], found[2], at)


def _safe(host: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", host)[:63] or "unnamed"
