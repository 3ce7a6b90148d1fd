"""Why mpv could not show a source. Pure.

mpv itself only says that a file is not recognised or that nothing was played; the reason is in the messages of FFmpeg's
V4L2 demuxer (libavdevice/v4l2.c: "Cannot open video device …: Device or resource busy",
"ioctl(VIDIOC_STREAMON): No such device"), as strerror puts it in the C locale.
"""

from __future__ import annotations

from collections.abc import Iterable

BUSY = "player.busy"
FORMAT = "player.format"
GONE = "player.gone"
REFUSED = "player.refused"
HUNG = "player.hung"
DIED = "player.died"
MISSING = "player.missing"

_DEMUXER = "v4l2: "
_NO_WINDOW = "Error opening/initializing the selected video_out"
_SIGNS = (
    ("Device or resource busy", BUSY),
    ("No such device", GONE),
    ("No such file or directory", GONE),
    ("Input/output error", GONE),  # a USB device that was pulled while it was being set up
    ("Permission denied", REFUSED),
    ("Operation not permitted", REFUSED),
)


def reason(end: str, messages: Iterable[str]) -> str | None:
    """The code for a file that ended. `end` is mpv's word for how ("eof", "error", "stop" …), `messages` what it logged
    since the file began. None where it ended because it was told to."""
    if end == "eof":
        return GONE  # a live picture has no end
    if end != "error":
        return None
    for message in messages:
        if _NO_WINDOW in message:
            return DIED
        if _DEMUXER in message:
            for sign, code in _SIGNS:
                if sign in message:
                    return code
    return FORMAT
