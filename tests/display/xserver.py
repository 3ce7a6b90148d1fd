"""X servers without hardware, for tests: Xvfb (one output), Xorg with the dummy driver (several), and looks at them."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from Xlib import X, display

START_S = 15.0
DUMMY_CONFIG = Path(__file__).parent / "outputs" / "dummy.conf"


@dataclass(frozen=True, slots=True)
class Server:
    """A running X server: its display's name (":7") and its process."""

    name: str
    pid: int

    def environment(self) -> dict[str, str]:
        """This process's environment with the server's DISPLAY, for a child."""
        return {**os.environ, "DISPLAY": self.name}


def wait_until(
    predicate: Callable[[], object], *, within: float = 5.0, every: float = 0.01, what: str = "it did not come to be"
) -> None:
    """Wait for something another process does; AssertionError after `within` seconds."""
    end = time.monotonic() + within
    while not predicate():
        assert time.monotonic() < end, f"{what} within {within} s"
        time.sleep(every)


@contextmanager
def Xvfb(size: str = "1280x720", *, extra: Sequence[str] = ()) -> Iterator[Server]:  # noqa: N802  the program's name
    """An X server with one output of `size` and no clients; skips where Xvfb is not installed."""
    with _server(["Xvfb", "-screen", "0", f"{size}x24", *extra]) as server:
        yield server


@contextmanager
def DummyXorg() -> Iterator[Server]:  # noqa: N802
    """An X server with outputs DUMMY0 … DUMMY15, the first one on; skips where Xorg does not start."""
    with tempfile.TemporaryDirectory() as place:
        log = f"{place}/Xorg.log"
        flags = ["-novtswitch", "-sharevts", "-config", str(DUMMY_CONFIG), "-logfile", log]
        with _server(["Xorg", *flags], log=Path(log)) as server:
            yield server


@contextmanager
def _server(command: list[str], *, log: Path | None = None) -> Iterator[Server]:
    """`command` with a free display number, which it chooses and writes to a pipe."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    with ExitStack() as stack:
        readable, writable = os.pipe()
        stack.callback(os.close, readable)
        process = subprocess.Popen(
            [*command, "-displayfd", str(writable), "-noreset", "-nolisten", "tcp"],
            pass_fds=[writable],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writable)
        stack.callback(_end, process)
        ready, _, _ = select.select([readable], [], [], START_S)
        number = os.read(readable, 16).decode().strip() if ready else ""
        if not number:
            why = log.read_text(errors="replace").strip().splitlines()[-1:] if log and log.exists() else []
            pytest.skip(f"{command[0]} does not start here {why}")
        yield Server(f":{number}", process.pid)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def pixel(shown: display.Display, x: int, y: int) -> tuple[int, int, int]:
    """What the screen shows at a point: red, green and blue, 0 to 255 each."""
    blue, green, red, _ = shown.screen().root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF).data[:4]
    return red, green, blue


def picture(shown: display.Display) -> Image.Image:
    """What the screen shows."""
    size = shown.screen().root.get_geometry()
    data = shown.screen().root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
    return Image.frombytes("RGB", (size.width, size.height), data, "raw", "BGRX")


def screenshot(shown: display.Display, path: Path) -> None:
    """Keep what the screen shows as a PNG file."""
    picture(shown).save(path)
