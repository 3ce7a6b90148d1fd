"""USB grabbers: they never say whether they see a signal, so their picture is looked at while nothing else uses them.

Only one program can receive from them: the thumbnail reader stops before a player opens the device, and the player
tells when the picture turns black. Without ffmpeg the grabber being there counts as the picture.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from display.inputs import capture, v4l2
from display.inputs.faults import FAILED, GONE
from display.inputs.thumbnail import Judgement, look
from display.inputs.thumbnails import Thumbnails, command
from display.inputs.v4l2 import Failed
from display.model import Reading, Signal, Source

SILENT_S = 4.0
"""A reader without a thumbnail for so long hangs; the first one takes up to two seconds."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0

_BY_CODE = {GONE: Reading(Signal.ABSENT, code=GONE), FAILED: Reading(Signal.UNSTABLE, code=FAILED)}


class UvcDriver:
    """One USB grabber. `no_signal` gives the picture it shows without a signal, if that was learned."""

    interval = 1.0

    def __init__(
        self,
        node: str,
        *,
        ffmpeg: str | None,
        no_signal: Callable[[], bytes | None] = lambda: None,
        audio: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.problems: tuple[str, ...] = ()
        self._node = node
        self._ffmpeg = ffmpeg
        self._no_signal = no_signal
        self._audio = audio
        self._clock = clock
        self._formats = formats_of(node)
        self._thumbnails = Thumbnails()
        self._judgement = Judgement()
        self._last: bytes | None = None
        self._learned: bytes | None = None
        self._code: str | None = None
        self._pause = FIRST_PAUSE_S
        self._heard = self._again = clock()
        self._mine = True
        self._closed = False

    def read(self) -> Reading:
        """What its last thumbnails say."""
        if self._closed or not Path(self._node).exists():
            return Reading(Signal.ABSENT, code=GONE)
        if self._ffmpeg is None:
            return self._live()
        if self._mine:
            self.drain()
            self._keep_reading(self._ffmpeg)
        if self._code is not None and self._mine:
            return _BY_CODE.get(self._code, Reading(Signal.NO_SIGNAL, code=self._code))
        return self._live() if self._judgement.live else Reading(Signal.NO_SIGNAL)

    def _live(self) -> Reading:
        _options, (width, height) = capture.shown(self._formats)
        return Reading(Signal.LIVE, width, height)

    def _keep_reading(self, ffmpeg: str) -> None:
        now = self._clock()
        if self._thumbnails.running:
            if now - self._heard < SILENT_S:
                return
            self._thumbnails.stop()
            self._pause_after(FAILED)
        if now >= self._again:
            self._learned = self._no_signal()
            self._heard = now
            failed = self._thumbnails.start(command(ffmpeg, self._node, capture.watched(self._formats)))
            if failed:
                self._pause_after(failed)

    def fileno(self) -> int | None:
        """Ready when there are thumbnails."""
        return None if self._ffmpeg is None or self._closed else self._thumbnails.fileno()

    def drain(self) -> None:
        """Judge the thumbnails that came."""
        frames, code = self._thumbnails.take()
        for frame in frames:
            self._judgement = self._judgement.see(look(frame, self._last, self._learned))
            self._last = frame
            self._code, self._pause, self._heard = None, FIRST_PAUSE_S, self._clock()
        if code is not None:
            self._pause_after(code)

    def _pause_after(self, code: str) -> None:
        self._code = code
        self._again = self._clock() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_S)

    def prepare(self) -> Source:
        """What a player opens."""
        options, _size = capture.shown(self._formats)
        return Source(f"av://v4l2:{self._node}", options, self._audio, watch_black=True)

    def release(self) -> None:
        """Stop looking. Until `resume` the last judgement holds."""
        self._mine = False
        self._thumbnails.stop()

    def resume(self) -> None:
        """Look again; what was seen before holds until thumbnails say something else."""
        self._mine = True
        self._judgement = Judgement(live=self._judgement.live)
        self._code, self._pause, self._again = None, FIRST_PAUSE_S, self._clock()

    def close(self) -> None:
        """Let go of the device."""
        if not self._closed:
            self._closed = True
            self._thumbnails.close()


def formats_of(node: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """The picture sizes of a node by pixel format; empty where it does not say."""
    fd = v4l2.open_node(node)
    if isinstance(fd, Failed):
        return {}
    try:
        return {each: v4l2.sizes(fd, each) for each in v4l2.formats(fd)}
    finally:
        os.close(fd)
