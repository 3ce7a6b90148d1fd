"""Video devices as udev tells of them: the list, and news."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import pyudev

from display.inputs.device import Device

log = logging.getLogger(__name__)

SUBSYSTEM = "video4linux"
GATHER_S = 0.1
APART_S = 0.5
_BUFFER = 1024 * 1024
_MOST_AT_ONCE = 256


class Udev:
    """udev's devices. `fileno` is ready when there is news; `drain` takes it in."""

    def __init__(self) -> None:
        self._context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(self._context)
        self._monitor.filter_by(SUBSYSTEM)
        try:
            self._monitor.set_receive_buffer_size(_BUFFER)
        except OSError:
            log.debug("the buffer for udev's news keeps its size")
        self._monitor.start()

    def fileno(self) -> int:
        """Of the monitor's socket."""
        return int(self._monitor.fileno())

    def drain(self) -> bool:
        """Take news in, some at a time. False where the kernel had to drop some."""
        try:
            for _ in range(_MOST_AT_ONCE):
                if self._monitor.poll(0) is None:
                    break
        except OSError as error:
            log.warning("news of devices were lost: %s", error.strerror)
            return False
        return True

    def devices(self) -> list[Device]:
        """The video nodes there are now."""
        return [
            found
            for each in self._context.list_devices(subsystem=SUBSYSTEM)
            if each.sys_name.startswith("video") and (found := _device(each)) is not None
        ]


def _device(each: Any) -> Device | None:
    """None where it went away while it was looked at."""
    try:
        facts = {key: str(each.properties.get(key, "")) for key in _FACTS}
        usb = each.find_parent("usb", "usb_device")
        parent = usb or each.parent
        model = f"{facts['ID_VENDOR_ID']}:{facts['ID_MODEL_ID']}".lower()
        return Device(
            node=each.device_node or f"/dev/{each.sys_name}",
            number=f"{each.device_number}",
            parent=parent.sys_path if parent is not None else each.sys_path,
            name=_name(each) or facts["ID_V4L_PRODUCT"],
            id_path=facts["ID_PATH"],
            serial=facts["ID_SERIAL"],
            model=model if len(model) == len("0000:0000") else "",
            links=tuple(sorted(each.device_links)),
        )
    except (OSError, KeyError, ValueError, pyudev.DeviceNotFoundError):
        return None


_FACTS = ("ID_V4L_PRODUCT", "ID_PATH", "ID_SERIAL", "ID_VENDOR_ID", "ID_MODEL_ID")


def _name(each: Any) -> str:
    try:
        return str(each.attributes.asstring("name")).strip()[:120]
    except (KeyError, UnicodeDecodeError):
        return ""


def alsa_card(parent: str) -> int | None:
    """The number of the sound card that is part of the same USB device."""
    for card in pyudev.Context().list_devices(subsystem="sound"):
        usb = card.find_parent("usb", "usb_device")
        number = card.sys_name.removeprefix("card")
        if usb is not None and usb.sys_path == parent and card.sys_name.startswith("card") and number.isdecimal():
            return int(number)
    return None


@dataclass(slots=True)
class Gathering:
    """Many news → one look: GATHER_S after the first one, and at least APART_S after the last look. Pure."""

    looked_at: float = float("-inf")
    due: float | None = None

    def news(self, now: float) -> float | None:
        """There is news. The time of the look that it asks for, None where one is due already."""
        if self.due is not None:
            return None
        self.due = max(now + GATHER_S, self.looked_at + APART_S)
        return self.due

    def looked(self, now: float) -> None:
        """A look was taken."""
        self.looked_at, self.due = now, None
