"""The UID a series shares, out of the iCalUIds Graph gives its occurrences. Pure.

An iCalUId is a global object id in hexadecimal: 16 bytes of class, 4 bytes for the day of an occurrence (zero for the
series itself), then what identifies the series ([MS-OXOCAL] 2.2.1.27). EWS has the id without the day as `UID`, and
so has Graph's master: the key of an occurrence is the same by either protocol.
"""

from __future__ import annotations

from hashlib import sha256

from agent.sources.texts import MAX_UID, clean

_CLASS = "040000008200E00074C5B7101A82E008"
_DAY = slice(32, 40)
_DATA = 80  # class, day, creation time, reserved, size: 40 bytes
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


def single_uid(ical_uid: str) -> str:
    """The UID of an event that does not repeat. One occurrence of a series that was forwarded alone keeps its day:
    there may be several of it."""
    return bounded(ical_uid.strip())


def series_uid(ical_uid: str) -> str | None:
    """The series' UID out of an occurrence's; None for one that is no global object id."""
    text = ical_uid.strip()
    if not _is_global_id(text):
        return None
    return bounded(_foreign(text) or text[: _DAY.start] + "00000000" + text[_DAY.stop :])


def bounded(uid: str) -> str:
    """A UID as it is kept: a very long one as its digest."""
    kept = clean(uid, 2 * MAX_UID)
    return kept if len(kept) <= MAX_UID else f"sha256:{sha256(kept.encode()).hexdigest()}"


def _is_global_id(text: str) -> bool:
    if len(text) < _DATA or len(text) % 2 or text[:32].upper() != _CLASS:
        return False
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True


def _foreign(text: str) -> str | None:
    """The UID another calendar program gave the series, which Exchange wraps."""
    data = bytes.fromhex(text[_DATA:])
    if not data.startswith(_FOREIGN):
        return None
    return data[len(_FOREIGN) :].split(b"\x00", 1)[0].decode("utf-8", "replace") or None
