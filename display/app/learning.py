"""`room-display learn-no-signal`: what a grabber shows while nothing is plugged in."""

from __future__ import annotations

import re
import select
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.wire.display import DisplayConfig
from display.app.inputs import assignment
from display.inputs import capture, kept, thumbnail
from display.inputs.assign import Assignment
from display.inputs.device import Device, Family
from display.inputs.thumbnails import Thumbnails, command
from display.inputs.uvc import formats_of

LOOKS = 6
LOOK_S = 15.0
_MODEL = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of learning: `code` is None when it was learned; `text` says it to people."""

    code: str | None
    text: str
    input: str | None = None
    model: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"ok": self.code is None, "code": self.code, "input": self.input, "model": self.model, "text": self.text}


def learn_no_signal(
    config: DisplayConfig, state_dir: Path, name: str | None = None, *, ffmpeg: str | None = None
) -> Learned:
    """Record what a grabber shows while nothing is plugged in. `name`: of the input, needed where several have one."""
    found = assignment(config)
    grabbers = {
        input_name: device
        for input_name, device in found.devices.items()
        if found.abilities[device].family is Family.PICTURE and name in (None, input_name)
    }
    refusal = _choice(name, found, grabbers)
    if refusal is not None:
        return refusal
    [(chosen, device)] = grabbers.items()
    program = ffmpeg or shutil.which("ffmpeg")
    if program is None:
        return Learned("learn.no_ffmpeg", "ffmpeg is not installed; it reads the picture.", chosen, device.model)
    frames, code = look_at(device, program)
    return judge(
        frames, code, chosen, device.model, lambda frame: kept.keep_no_signal_picture(state_dir, device.model, frame)
    )


def _choice(name: str | None, found: Assignment, grabbers: Mapping[str, Device]) -> Learned | None:
    """Why no single grabber is meant, if so."""
    names = ", ".join(grabbers)
    if len(grabbers) > 1:
        return Learned("learn.which", f"Several inputs are grabbers: {names}. Say which one.")
    if not grabbers and name is not None and name in found.devices:
        return Learned("learn.not_needed", f"{name} says by itself whether it has a signal; there is nothing to learn.")
    if not grabbers and name is not None:
        return Learned("learn.no_such_input", f"No device is there for an input “{name}”; see `room-display inputs`.")
    if not grabbers:
        return Learned("learn.no_grabber", "No input is a USB grabber; there is nothing to learn.")
    [(chosen, device)] = grabbers.items()
    if not _MODEL.fullmatch(device.model):
        return Learned("learn.no_model", f"{chosen} does not tell vendor and product; it cannot be remembered.", chosen)
    return None


def look_at(device: Device, ffmpeg: str, clock: Callable[[], float] = time.monotonic) -> tuple[list[bytes], str | None]:
    """LOOKS thumbnails, or fewer and why."""
    reader = Thumbnails()
    try:
        options = capture.watched(formats_of(device.node))
        if code := reader.start(command(ffmpeg, device.node, options)):
            return [], code
        frames: list[bytes] = []
        until = clock() + LOOK_S
        while len(frames) < LOOKS and (left := until - clock()) > 0:
            select.select([reader.fileno()], [], [], left)
            more, code = reader.take()
            frames += more
            if code:
                return frames, code
        return frames, None
    finally:
        reader.close()


def judge(frames: list[bytes], code: str | None, name: str, model: str, keep: Callable[[bytes], bool]) -> Learned:
    """Whether these thumbnails show one and the same picture; the last one is kept."""
    if code == "device.busy":
        text = "The display is using the grabber. Stop it for a moment: systemctl stop room-display"
        return Learned(code, text, name, model)
    if len(frames) < LOOKS:
        return Learned(code or "learn.no_picture", f"{name} sends no pictures that could be read.", name, model)
    # the first one is often half a picture, or the one from before
    if any(thumbnail.difference(frame, frames[-1]) >= thumbnail.SAME_BELOW for frame in frames[1:]):
        text = f"The picture of {name} moves: a computer seems to be plugged in. Unplug it and try again."
        return Learned("learn.moves", text, name, model)
    if thumbnail.look(frames[-1], None, None).kind is not thumbnail.Kind.PICTURE:
        text = f"Without a signal {name} shows one colour; that is recognized without learning."
        return Learned("learn.not_needed", text, name, model)
    if not keep(frames[-1]):
        return Learned("learn.not_written", "The state directory cannot be written.", name, model)
    text = (
        f"Learned: this picture of {name} (grabber {model}) means that there is no signal. If a computer was plugged "
        "in while this ran, unplug it and run this again; otherwise its picture would not be shown."
    )
    return Learned(None, text, name, model)
