"""A capture device: how it is recognized, what it can do. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_MODEL = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_SHORTEST_NAME = 3


class Family(StrEnum):
    """How a device is asked for its signal; or why it cannot be."""

    TIMINGS = "timings"  # it knows what it sees (DV timings)
    PICTURE = "picture"  # it sends pictures, whatever it sees
    ANALOGUE = "analogue"  # composite or S-video only
    METADATA = "metadata"
    NO_CAPTURE = "no_capture"
    UNKNOWN = "unknown"  # it could not be opened


@dataclass(frozen=True, slots=True)
class Ability:
    """What a look at a node found. `bridge`: where its timings are; `code`: why it could not be opened."""

    family: Family
    bridge: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A video node as udev knows it. `parent` is the piece of hardware it belongs to, `links` are its stable paths.
    `node` and `number` may be another's after the next plug; never recognize a device by them."""

    node: str
    number: str
    parent: str
    name: str = ""
    id_path: str = ""
    serial: str = ""
    model: str = ""  # vendor:product
    links: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for this device in this socket, over restarts."""
        return "|".join((self.id_path or self.parent, self.model, self.serial or self.name))

    @property
    def identity(self) -> str:
        """For people: its name, and where it is plugged in."""
        facts = ", ".join(fact for fact in (self.model, self.id_path) if fact)
        name = self.name or "unnamed device"
        return f"{name} ({facts})" if facts else name

    def matches(self, wanted: str) -> bool:
        """Whether a stable device path, ID_PATH, ID_SERIAL, vendor:product or a part of the name means this one."""
        wanted = wanted.strip()
        if not wanted:
            return False
        if wanted.startswith("/"):
            return wanted in self.links
        if _MODEL.fullmatch(wanted.lower()):
            return wanted.lower() == self.model
        if wanted in (self.id_path, self.serial):
            return True
        return len(wanted) >= _SHORTEST_NAME and wanted.casefold() in self.name.casefold()
