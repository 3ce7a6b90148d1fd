"""Ids that look like Exchange's: base64 of bytes that begin alike, opaque to clients, readable for us."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.demo.world_values import MalformedId
from agent.model.event import ChangeKey, ItemId

_PREFIX = b"\x00\x03$\x00$"  # what makes real ids begin with AAMk
_TAIL = struct.Struct(">QIq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_OCCURRENCE = -(2**62)
_UID_CLASS = bytes.fromhex("040000008200E00074C5B7101A82E008")  # [MS-OXOCAL] 2.2.1.27


@dataclass(frozen=True, slots=True)
class Handle:
    """What an item id says: the stored item's number, the series' generation, the occurrence's place in the pattern."""

    mailbox: uuid.UUID
    number: int
    generation: int = 0
    original_start: datetime | None = None

    def to_id(self) -> ItemId:
        seconds = _NO_OCCURRENCE
        if self.original_start is not None:
            seconds = int((self.original_start - _EPOCH).total_seconds())
        tail = _TAIL.pack(self.number, self.generation, seconds)
        raw = _PREFIX + str(self.mailbox).encode() + b"\x00F\x00" + _digest(self.mailbox)[:8] + tail
        return ItemId(base64.b64encode(raw).decode())

    @classmethod
    def from_id(cls, item_id: str) -> Handle:
        """Raises `MalformedId` for anything `to_id` did not make."""
        try:
            raw = base64.b64decode(item_id, validate=True)
            mailbox = uuid.UUID(raw[len(_PREFIX) : len(_PREFIX) + 36].decode("ascii"))
            number, generation, seconds = _TAIL.unpack(raw[-_TAIL.size :])
            start = None if seconds == _NO_OCCURRENCE else _EPOCH + timedelta(seconds=seconds)
            handle = cls(mailbox, number, generation, start)
        except (binascii.Error, ValueError, struct.error, OverflowError) as error:
            raise MalformedId("not an item id of this organisation") from error
        if handle.to_id() != item_id:
            raise MalformedId("not an item id of this organisation")
        return handle


def mailbox_guid(address: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, "mailto:" + address.lower())


def change_key(mailbox: uuid.UUID, number: int) -> ChangeKey:
    """The version of an item that change `number` made; calendar items' keys really begin with DwAAABYAAA."""
    raw = b"\x0f\x00\x00\x00\x16\x00\x00\x00" + mailbox.bytes + number.to_bytes(6, "big")
    return ChangeKey(base64.b64encode(raw).decode())


def new_uid(mailbox: uuid.UUID, number: int, at: datetime) -> str:
    """A global object id as upper-case hex, as Exchange writes it into `UID` ([MS-OXOCAL] 2.2.1.27)."""
    ticks = int((at - datetime(1601, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) * 10
    unique = _digest(mailbox, number)[:16]
    raw = _UID_CLASS + bytes(4) + ticks.to_bytes(8, "little") + bytes(8) + len(unique).to_bytes(4, "little") + unique
    return raw.hex().upper()


def _digest(mailbox: uuid.UUID, number: int = 0) -> bytes:
    return hashlib.sha256(mailbox.bytes + number.to_bytes(8, "big")).digest()
