"""iCalUIds: an event's own, and one for each occurrence of a series ([MS-OXOCAL] 2.2.1.27, global object ids)."""

from __future__ import annotations

from datetime import date

_CLASS = "040000008200E00074C5B7101A82E008"
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


def occurrence_uid(uid: str, day: date) -> str:
    """The series' global object id with the day of the occurrence in it. A UID of another program's is wrapped."""
    marked = day.year.to_bytes(2, "big").hex() + bytes((day.month, day.day)).hex()
    if uid.upper().startswith(_CLASS):
        return (uid[:32] + marked + uid[40:]).upper()
    data = _FOREIGN + uid.encode() + b"\x00"
    return (_CLASS + marked + bytes(16).hex() + len(data).to_bytes(4, "little").hex() + data.hex()).upper()
