"""The service manager's notification socket (sd_notify(3)): ready, watchdog, stopping.

Outside of systemd there is no `$NOTIFY_SOCKET` and every call does nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping


class ServiceManager:
    """Tells systemd how we are."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        for_us = environment.get("WATCHDOG_PID") in (None, str(os.getpid()))
        period = environment.get("WATCHDOG_USEC", "")
        self._watchdog_us = int(period) if for_us and period.isdecimal() else 0

    @property
    def watchdog_interval_s(self) -> float | None:
        """How often `alive` must be called: a third of what systemd allows; None when it does not watch."""
        return self._watchdog_us / 3_000_000 if self._watchdog_us else None

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    async def keep_alive(self) -> None:
        """Say so for as long as the event loop turns; returns at once when nobody watches."""
        while self.watchdog_interval_s is not None:
            self.alive()
            await asyncio.sleep(self.watchdog_interval_s)

    def _send(self, message: str) -> None:
        if not self._address:
            return
        path = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            try:
                channel.sendto(message.encode(), path)
            except OSError:
                return  # a manager that went away must not take us with it
