"""Thumbnails of a grabber, read by ffmpeg while no player has the device."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from display.inputs import thumbnail
from display.inputs.faults import BUSY, FAILED, GONE, REFUSED

STOP_S = 0.5
_MOST_SAID = 4_096
_MOST_READS = 8
_CHUNK = 64 * thumbnail.SIZE
_CAUSES = {"Device or resource busy": BUSY, "No such device": GONE, "Permission denied": REFUSED}


def command(ffmpeg: str, node: str, options: Sequence[tuple[str, str]], per_second: int = 2) -> list[str]:
    """How ffmpeg is called."""
    capture = [word for name, value in options for word in (f"-{name}", value)]
    view = f"fps={per_second},scale={thumbnail.WIDTH}:{thumbnail.HEIGHT}:flags=area,format=gray"
    quiet = ["-nostdin", "-hide_banner", "-loglevel", "error"]
    return [
        ffmpeg,
        *quiet,
        "-f",
        "v4l2",
        *capture,
        "-i",
        node,
        "-vf",
        view,
        "-f",
        "rawvideo",
        "-flush_packets",
        "1",
        "-",
    ]


class Thumbnails:
    """One reader at a time. `fileno` stays the same over stops and starts. Not thread-safe."""

    def __init__(self) -> None:
        self._events = select.epoll()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._said = b""

    @property
    def running(self) -> bool:
        """Whether a reader has been started and not been seen to end."""
        return self._process is not None

    def fileno(self) -> int:
        """Ready when there are thumbnails, or the reader ended."""
        return self._events.fileno()

    def start(self, command: Sequence[str]) -> str | None:
        """Start reading. A code where that is not possible."""
        self.stop()
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        try:
            process = subprocess.Popen(  # noqa: S603  our own words and a device node
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
            )
        except OSError:
            return FAILED
        assert process.stdout is not None
        assert process.stderr is not None
        for pipe in (process.stdout, process.stderr):
            os.set_blocking(pipe.fileno(), False)
        self._events.register(process.stdout.fileno(), select.EPOLLIN)
        self._process = process
        return None

    def take(self) -> tuple[list[bytes], str | None]:
        """The thumbnails since the last call, and a code once the reader ended."""
        if self._process is None:
            return [], None
        assert self._process.stdout is not None
        self._listen(self._process)
        try:
            data = os.read(self._process.stdout.fileno(), _CHUNK)
        except BlockingIOError:
            return [], None
        if not data:
            return [], self._ended()
        self._rest += data
        whole = len(self._rest) // thumbnail.SIZE * thumbnail.SIZE
        frames = [self._rest[at : at + thumbnail.SIZE] for at in range(0, whole, thumbnail.SIZE)]
        self._rest = self._rest[whole:]
        return frames, None

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Take in what it complains of: a reader that is not listened to stops when the pipe is full."""
        assert process.stderr is not None
        with suppress(BlockingIOError):
            for _ in range(_MOST_READS):
                if not (said := os.read(process.stderr.fileno(), _CHUNK)):
                    break
                self._said = (self._said + said)[-_MOST_SAID:]

    def _ended(self) -> str:
        if self._process is not None:
            self._listen(self._process)
        said = self._said
        self.stop()
        return next((code for words, code in _CAUSES.items() if words.encode() in said), FAILED)

    def stop(self) -> None:
        """End the reader; the device is free when this returns, unless its driver hangs."""
        process, self._process, self._rest, self._said = self._process, None, b"", b""
        if process is None:
            return
        assert process.stdout is not None
        assert process.stderr is not None
        self._events.unregister(process.stdout.fileno())
        process.kill()
        process.stdout.close()
        process.stderr.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._events.close()
