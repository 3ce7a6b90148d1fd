"""Devices with DV timings (HDMI bridges such as TC358743, most capture cards): the driver knows what it sees.

They never follow their source by themselves: each new picture has to be set before it is received. A bridge without an
EDID is invisible to laptops, and it forgets the EDID at power off. When the cable is drawn there may be no event, only
a changed control; so the device is asked regularly, however well its events work. (Linux, drivers/media/i2c/tc358743.c)
"""

from __future__ import annotations

import errno
import logging
import os
import select
from contextlib import suppress

from display.inputs import v4l2
from display.inputs.faults import FAILED, GONE, reading_of
from display.inputs.v4l2 import Failed
from display.model import Reading, Signal, Source

log = logging.getLogger(__name__)

EDID_REFUSED = "display.edid_refused"
ASK_S = 0.15
ASK_BESIDE_EVENTS_S = 1.0
_MOST_EVENTS = 64
_HAS_NO_EDID = (errno.ENOTTY, errno.ENODATA)


class DvDriver:
    """One DV-timings device. `node` is what a player opens; `bridge` is where timings, EDID and events are: the same,
    or a sub-device. `problems` are lasting ones, by code. Once gone it stays gone: its number may be another's soon."""

    def __init__(self, node: str, edid: bytes, *, bridge: str | None = None, audio: str | None = None) -> None:
        self.interval = ASK_S
        self.problems: tuple[str, ...] = ()
        self._node = node
        self._bridge = bridge or node
        self._edid = edid
        self._audio = audio
        self._fd: int | None = None
        self._events: select.epoll | None = None
        self._gone = False
        self._opened()

    def read(self) -> Reading:
        """What it sees now."""
        fd = self._opened()
        reading = reading_of(fd.errno) if isinstance(fd, Failed) else seen_by(fd)
        if reading.code == GONE:
            self.close()
        return reading

    def fileno(self) -> int | None:
        """An epoll of its own: ready when the device has an event, which a plain reader of the device would not see."""
        return self._events.fileno() if self._events else None

    def drain(self) -> None:
        """Take the events in. One that came proves that they work: from then on the device is asked less often."""
        if self._events is None or self._fd is None:
            return
        self._events.poll(0)
        for _ in range(_MOST_EVENTS):
            if isinstance(v4l2.dequeue(self._fd), Failed):
                return
            self.interval = ASK_BESIDE_EVENTS_S

    def prepare(self) -> Source:
        """Set what it sees. A device that refuses is left to the player, whose failure is told."""
        fd = self._opened()
        if not isinstance(fd, Failed):
            seen = v4l2.query_timings(fd)
            failed = seen if isinstance(seen, Failed) else v4l2.set_timings(fd, seen)
            if failed:
                log.info("%s: its timings could not be set: %s", self._node, failed)
        return Source(f"av://v4l2:{self._node}", audio=self._audio, watch_black=True)

    def release(self) -> None:
        """Nothing to do: watching hinders no player."""

    def resume(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Let go of the device for good."""
        self._gone = True
        if self._events is not None:
            self._events.close()
        if self._fd is not None:
            with suppress(OSError):
                os.close(self._fd)
        self._events = self._fd = None
        self.interval = ASK_S

    def _opened(self) -> int | Failed:
        if self._gone:
            return Failed(errno.ENODEV)
        if self._fd is None:
            fd = v4l2.open_node(self._bridge)
            if isinstance(fd, Failed):
                self._gone = reading_of(fd.errno).code == GONE
                return fd
            self._fd = fd
            self._listen(fd)
            self._offer_edid(fd)
        return self._fd

    def _listen(self, fd: int) -> None:
        told = [
            v4l2.subscribe(fd, v4l2.EVENT_SOURCE_CHANGE),
            v4l2.subscribe(fd, v4l2.EVENT_CTRL, v4l2.CID_DV_RX_POWER_PRESENT),
        ]
        if all(told):
            return
        events = select.epoll()
        try:
            events.register(fd, select.EPOLLPRI | select.EPOLLET)  # edges: a removed device would be ready for ever
        except OSError as error:
            log.info("%s: it cannot be waited for: %s", self._bridge, error.strerror)
            events.close()
            return
        self._events = events

    def _offer_edid(self, fd: int) -> None:
        """Only when it has another one: a laptop that is plugged in already would see the cable drawn."""
        if v4l2.get_edid(fd, len(self._edid) // v4l2.EDID_BLOCK) == self._edid:
            return
        failed = v4l2.set_edid(fd, self._edid)
        if failed and failed.errno not in _HAS_NO_EDID:
            log.warning("%s: it refuses the EDID: %s", self._bridge, failed)
            self.problems = (EDID_REFUSED,)


def glance(bridge: str) -> Reading:
    """What a device sees, without a driver for it: nothing is set."""
    fd = v4l2.open_node(bridge)
    if isinstance(fd, Failed):
        return reading_of(fd.errno)
    try:
        return seen_by(fd)
    finally:
        os.close(fd)


def seen_by(fd: int) -> Reading:
    """What an open device sees."""
    seen = v4l2.query_timings(fd)
    if isinstance(seen, Failed):
        reading = reading_of(seen.errno)
        return Reading(Signal.NO_CABLE) if reading == Reading(Signal.NO_SIGNAL) and _unplugged(fd) else reading
    return Reading(Signal.LIVE, seen.width, seen.height) if seen.plausible else Reading(Signal.UNSTABLE, code=FAILED)


def _unplugged(fd: int) -> bool:
    """Whether no signal means that there is no cable: the source's 5 V are missing."""
    if v4l2.control(fd, v4l2.CID_DV_RX_POWER_PRESENT) == 0:
        return True
    status = v4l2.input_status(fd)
    return not isinstance(status, Failed) and bool(status & v4l2.IN_NO_POWER)
