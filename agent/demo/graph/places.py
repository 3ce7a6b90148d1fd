"""Rooms and room lists as places."""

from __future__ import annotations

import uuid
from typing import Any

from agent.model.directory import Mailbox

Json = dict[str, Any]
ROOM, ROOM_LIST = "#microsoft.graph.room", "#microsoft.graph.roomList"


def place(mailbox: Mailbox, kind: str, *, typed: bool = False) -> Json:
    """A room or a room list; `typed`: alone, with its type."""
    shared: Json = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, mailbox.address)).upper(),
        "displayName": mailbox.name,
        "address": None,
        "phone": None,
        "emailAddress": mailbox.address,
    }
    head: Json = {"@odata.type": kind} if typed else {}
    if kind == ROOM_LIST:
        return {**head, **shared, "geocoordinates": None}
    return {
        **head, **shared, "geoCoordinates": None, "nickname": mailbox.name, "label": None, "capacity": None,
        "building": None, "floorNumber": None, "isManaged": True, "isWheelChairAccessible": False,
        "bookingType": "standard", "tags": [], "audioDeviceName": None, "videoDeviceName": None, "displayDevice": None,
    }  # fmt: skip
