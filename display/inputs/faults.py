"""What a device answers (errno) → a Reading. Pure."""

from __future__ import annotations

import errno

from display.model import Reading, Signal

BUSY, GONE, REFUSED = "device.busy", "device.gone", "device.refused"
NO_TIMINGS, FAILED = "device.no_timings", "device.failed"

_READINGS = {
    errno.ENOLINK: Reading(Signal.NO_SIGNAL),
    errno.ENOLCK: Reading(Signal.UNSTABLE),
    errno.EAGAIN: Reading(Signal.UNSTABLE),
    errno.ERANGE: Reading(Signal.UNSUPPORTED),
    errno.EBUSY: Reading(Signal.NO_SIGNAL, code=BUSY),
    errno.EACCES: Reading(Signal.NO_SIGNAL, code=REFUSED),
    errno.EPERM: Reading(Signal.NO_SIGNAL, code=REFUSED),
    errno.ENODEV: Reading(Signal.ABSENT, code=GONE),
    errno.ENXIO: Reading(Signal.ABSENT, code=GONE),
    errno.ENOENT: Reading(Signal.ABSENT, code=GONE),
    errno.ENOTTY: Reading(Signal.UNSUPPORTED, code=NO_TIMINGS),
    errno.ENODATA: Reading(Signal.UNSUPPORTED, code=NO_TIMINGS),
}


def reading_of(error: int) -> Reading:
    """What an errno says about an input."""
    return _READINGS.get(error, Reading(Signal.UNSTABLE, code=FAILED))
