"""What a phone is told by a QR code: the meeting's link, or its dial-in number with the conference id. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from agent import wire
from agent.errors import CommandError
from agent.state.ways import way_to_join

WAY = re.compile(r"(?P<kind>link|dial-in)(?:-(?P<index>\d{1,3}))?")


def told_to_phone(state: wire.RoomState, meeting_id: str, way: str) -> str:
    """`link` is the meeting's own link, `link-N` that of an alternative, `dial-in-N` the N-th number; a URL.

    Raises CommandError: 404 for what there is not, 409 where the meeting cannot be joined.
    """
    found = WAY.fullmatch(way)
    index = int(found["index"]) if found is not None and found["index"] else None
    if found is not None and found["kind"] == "link":
        return _link(way_to_join(state, meeting_id, index))
    if found is not None and index is not None:
        return _call(way_to_join(state, meeting_id, None), index)
    raise _none()


def _link(join: wire.Join) -> str:
    if join.url is None or urlsplit(join.url).scheme != "https":
        raise _none()
    return join.url


def _call(join: wire.Join, index: int) -> str:
    """RFC 3966; a comma is a pause before the conference id is dialled, as every phone has it."""
    if index >= len(join.dial_in):
        raise _none()
    way = join.dial_in[index]
    number = ("+" if way.number.strip().startswith("+") else "") + re.sub(r"[^0-9]", "", way.number)
    conference = re.sub(r"[^0-9]", "", way.conference_id or "")
    return f"tel:{number},,{conference}#" if conference else f"tel:{number}"


def _none() -> CommandError:
    return CommandError("qr.none", "This meeting has no such way to join; reload the list.", 404)
