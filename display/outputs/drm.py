"""The kernel's news of screens: uevents of the DRM subsystem, by udev."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Any

import pyudev

log = logging.getLogger(__name__)

_AT_ONCE = 256
"""Events taken in before anything else in the loop has its turn."""


class DrmNews:
    """Calls `changed` when a screen was plugged or unplugged, and when news were lost; a burst of uevents is few calls.
    What changed must be read: a uevent names the card, not the socket. `lost` counts overflows of the queue."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._monitor: Any = None
        self.lost = 0

    def start(self, monitor: Any = None) -> bool:
        """Listen, in the running loop, to udev or to what stands in for its monitor; False where there is no udev."""
        try:
            self._monitor = monitor or _udev()
        except (OSError, ImportError) as error:
            log.warning("no news of screens from the kernel: %s", error)
            return False
        asyncio.get_running_loop().add_reader(self._monitor.fileno(), self._drain)
        return True

    def close(self) -> None:
        if self._monitor is not None:
            asyncio.get_running_loop().remove_reader(self._monitor.fileno())
            self._monitor = None

    def _drain(self) -> None:
        news = False
        for _ in range(_AT_ONCE):
            try:
                device = self._monitor.poll(0)
            except OSError as error:
                news = True
                if error.errno == errno.ENOBUFS:
                    self.lost += 1
                    continue
                log.warning("no more news of screens from the kernel: %s", error)
                self.close()
                break
            if device is None:
                break
            news = news or (device.action == "change" and device.properties.get("HOTPLUG") == "1")
        if news:
            self._changed()


def _udev() -> Any:
    monitor = pyudev.Monitor.from_netlink(pyudev.Context())
    monitor.filter_by("drm")
    monitor.start()
    return monitor
