"""How mpv is started, and how it is told of a source. Pure.

It reads no files of its own, draws nothing over the picture and takes no input: keys and touches belong to the shell.
It has a window only while it has a picture, so that an idle, dead or restarted player never covers the home screen:
measured on Xvfb with software rendering, that costs 20 ms at the first picture (63 ms instead of 43 ms) against
`--force-window=yes`, and the picture is gone 6 ms after `stop`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from display.model import Source

WINDOW = "room-content"
"""The instance part of its window's WM_CLASS; the class part is "mpv"."""

_OPTIONS = (
    "--no-config",
    "--idle=yes",
    "--force-window=no",
    "--keep-open=no",
    "--profile=low-latency",
    "--untimed",
    "--cache=no",
    "--vo=gpu,x11",  # x11 where there is no GL: gpu alone ends mpv there
    f"--x11-name={WINDOW}",
    f"--title={WINDOW}",
    "--fullscreen",
    "--stop-screensaver=no",
    "--aid=no",
    "--sid=no",
    "--autoload-files=no",
    f"--audio-client-name={WINDOW}",
    "--osd-level=0",
    "--no-osd-bar",
    "--no-osc",
    "--load-scripts=no",
    "--load-auto-profiles=no",
    "--ytdl=no",
    "--no-terminal",
    "--no-input-default-bindings",
    "--input-vo-keyboard=no",
    "--input-cursor=no",
    "--input-media-keys=no",
    "--no-window-dragging",
    "--resume-playback=no",
)
_OURS_ALONE = ("LD_PRELOAD", "UMOCKDEV_DIR", "NOTIFY_SOCKET")
_BLACK = "@sig:lavfi=[blackdetect=d=0.5:pix_th=0.08:pic_th=0.995]"
BLACK_METADATA = "vf-metadata/sig"


def command_line(program: str, descriptor: int, death: str | None) -> list[str]:
    """The command for an mpv that is talked to over the inherited socket `descriptor`, and ends when that is closed.
    `death` is the path of setpriv, by which the kernel kills it, even a stopped one, when its parent dies; None goes
    without."""
    guard = [death, "--pdeathsig", "KILL"] if death else []
    return [*guard, program, *_OPTIONS, f"--input-ipc-client=fd://{descriptor}"]


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """The child's environment: without what is meant for this process alone, and with messages in English, which
    `failures` reads."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in _OURS_ALONE and not name.startswith("WATCHDOG_") and not name.startswith("LC_")
    }
    return {**kept, "LC_ALL": "C.UTF-8"}


def load(source: Source) -> dict[str, Any]:
    """The command that shows `source`. Named arguments, since mpv 0.38 put one more in between."""
    options = {"demuxer-lavf-o": pairs((("fflags", "+nobuffer"), *source.options))}  # the first one is low-latency's
    if source.audio is not None:
        options |= {"audio-files": path_entry(source.audio), "aid": "auto"}
    if source.watch_black:
        options["vf"] = _BLACK
    return {"name": "loadfile", "url": source.url, "flags": "replace", "options": options}


def pairs(options: tuple[tuple[str, str], ...]) -> str:
    """A key/value list in mpv's notation. A value is given with its length in bytes, so that it may hold any
    character."""
    return ",".join(f"{name}=%{len(value.encode())}%{value}" for name, value in options)


def path_entry(path: str) -> str:
    """One entry of a list of paths, whose separator is the colon."""
    return path.replace("\\", "\\\\").replace(":", "\\:")
