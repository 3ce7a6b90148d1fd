"""The commands that look at devices, and what they say."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from display.app.inputs import table
from display.app.learning import LOOKS, judge, look_at
from display.inputs import kept
from display.inputs.device import Device
from display.inputs.thumbnail import SIZE
from tests.display.umockdev.testbed import Testbed

MODEL = "534d:2109"
LOGO = bytes(at * 7 % 256 for at in range(SIZE))
LIST = """
import json, sys
from pathlib import Path
from agent.wire.display import DisplayConfig, InputConfig
from display.app.inputs import list_inputs
from display.app.learning import learn_no_signal
config = json.loads(sys.argv[1])
config = DisplayConfig(inputs=[InputConfig(**each) for each in config["inputs"]], cameras=config["cameras"])
if len(sys.argv) > 3:
    print(json.dumps(learn_no_signal(config, Path(sys.argv[2]), ffmpeg=sys.argv[3]).as_json()))
else:
    print(json.dumps(list_inputs(config, Path(sys.argv[2]))))
"""


@pytest.fixture
def bed() -> Iterator[Testbed]:
    with Testbed() as bed:
        yield bed


def run(bed: Testbed, *arguments: str, inputs: tuple[dict[str, str], ...] = (), cameras: tuple[str, ...] = ()) -> Any:
    config = json.dumps({"inputs": inputs, "cameras": cameras})
    done = bed.run([sys.executable, "-c", LIST, config, *arguments])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_device_is_an_input_or_says_why_not(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge(signal="live", width=1280, height=720)
    bed.add_grabber("video2", port="1-1")
    bed.add_grabber("video3", port="1-1", interface=1, family="metadata")
    bed.add_grabber("video4", port="1-2", model="046d:082d", name="HD Webcam C920")
    inputs = (
        {"name": "hdmi", "label": "Table", "match": "platform-bridge"},
        {"name": "vga", "kind": "vga", "match": MODEL},
    )
    kept.keep_no_signal_picture(tmp_path, MODEL, LOGO)
    listed = run(bed, str(tmp_path), inputs=(*inputs, {"name": "wall", "match": "/dev/video9"}), cameras=("C920",))

    hdmi, vga, wall, *ignored = listed["inputs"]
    assert (hdmi["name"], hdmi["label"], hdmi["signal"], hdmi["width"]) == ("hdmi", "Table", "live", 1280)
    assert (vga["name"], vga["kind"], vga["signal"], vga["learned"]) == ("vga", "vga", None, True)
    assert (wall["name"], wall["device"], wall["signal"]) == ("wall", None, "absent")
    assert [(each["node"], each["ignored"]) for each in ignored] == [
        ("/dev/video3", "metadata"),
        ("/dev/video4", "camera"),
    ]
    assert all(each["note"] for each in ignored)
    assert "S_EDID" not in bed.tell("video0")["calls"]
    assert bed.tell("video4")["calls"] == []

    said = table(listed)
    assert "hdmi (hdmi, “Table”): live 1280x720" in said
    assert "ignored: HD Webcam C920 (046d:082d, pci-0000:00:14.0-usb-0:2:1.0)" in said
    assert 'match   "platform-bridge"' in said


def test_a_busy_device_is_said_to_be_busy(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge(errno={"QUERY_DV_TIMINGS": errno.EBUSY})
    [hdmi] = run(bed, str(tmp_path))["inputs"]

    assert (hdmi["code"], hdmi["note"]) == ("device.busy", "Another program holds it.")


def test_a_machine_without_video_devices_has_no_input(bed: Testbed, tmp_path: Path) -> None:
    listed = run(bed, str(tmp_path))

    assert listed == {"inputs": []}
    assert table(listed) == "There is no input and no video device."


def test_the_picture_without_a_signal_is_learned(bed: Testbed, tmp_path: Path) -> None:
    picture, program = tmp_path / "picture", tmp_path / "ffmpeg"
    picture.write_bytes(LOGO * LOOKS)
    program.write_text(f'#!/bin/sh\ncat "{picture}"; sleep 5\n')
    program.chmod(0o755)
    bed.add_grabber("video2", port="1-1")
    learned = run(bed, str(tmp_path), str(program))

    assert (learned["ok"], learned["input"], learned["model"]) == (True, "hdmi", MODEL)
    assert kept.no_signal_picture(tmp_path, MODEL) == LOGO


def test_a_bridge_has_nothing_to_learn(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge()

    assert run(bed, str(tmp_path), "ffmpeg")["code"] == "learn.no_grabber"


def judged(frames: list[bytes], code: str | None = None, *, keeps: bool = True) -> tuple[str | None, list[bytes]]:
    saved: list[bytes] = []

    def keep(frame: bytes) -> bool:
        saved.append(frame)
        return keeps

    learned = judge(frames, code, "hdmi", MODEL, keep)
    assert learned.text.endswith((".", "room-display"))
    return learned.code, saved


def test_only_one_and_the_same_picture_is_learned() -> None:
    other = bytes(reversed(LOGO))

    assert judged([LOGO] * LOOKS) == (None, [LOGO])
    assert judged([other, *[LOGO] * (LOOKS - 1)]) == (None, [LOGO])
    assert judged([LOGO, LOGO, other, *[LOGO] * LOOKS]) == ("learn.moves", [])
    assert judged([bytes(SIZE)] * LOOKS) == ("learn.not_needed", [])
    assert judged([LOGO]) == ("learn.no_picture", [])
    assert judged([], "device.busy") == ("device.busy", [])
    assert judged([LOGO] * LOOKS, keeps=False)[0] == "learn.not_written"


def test_a_reader_that_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    times = iter([0.0, 14.9, 100.0])

    assert look_at(Device("/dev/none", "", ""), str(program), lambda: next(times)) == ([], None)
    assert look_at(Device("/dev/none", "", ""), str(tmp_path / "missing"))[1] == "device.failed"
