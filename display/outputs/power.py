"""Sleep of the screen by DPMS, and the X server's own blanking put off: when the screen sleeps is ours to say."""

from __future__ import annotations

import logging

from Xlib import X
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import dpms

log = logging.getLogger(__name__)


class DpmsPower:
    """A `ScreenPower`. The display is the caller's."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._asleep = False
        display.set_screen_saver(0, 0, X.DontPreferBlanking, X.DontAllowExposures)
        self._capable = bool(display.has_extension("DPMS") and display.dpms_capable().capable)
        if self._capable:
            display.dpms_enable()
            display.dpms_set_timeouts(0, 0, 0)
        display.sync()

    @property
    def capable(self) -> bool:
        """False without DPMS; `sleep` and `wake` then only keep what `asleep` says."""
        return self._capable

    def sleep(self) -> None:
        self._force(dpms.DPMSModeOff)
        self._asleep = True

    def wake(self) -> None:
        self._force(dpms.DPMSModeOn)
        self._asleep = False

    def asleep(self) -> bool:
        """By the X server where it can say: input wakes a sleeping screen without us."""
        if self._capable:
            return bool(self._display.dpms_info().power_level != dpms.DPMSModeOn)
        return self._asleep

    def _force(self, level: int) -> None:
        if not self._capable:
            return
        try:
            self._display.dpms_force_level(level)
            self._display.sync()
        except XError as error:
            log.warning("the screen does not obey: %s", type(error).__name__)
