"""The content inputs over mock devices: real udev news, real ioctls."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from display.inputs.edid import BUILT_IN
from tests.display.umockdev.remote import RemoteWatch
from tests.display.umockdev.testbed import Testbed

PLUG_S = 0.45
"""From a plugged-in laptop to the wish to show it: one look every 150 ms, and 300 ms of the same timings."""


@pytest.fixture
def bed() -> Iterator[Testbed]:
    with Testbed() as bed:
        yield bed


def watch(bed: Testbed, state_dir: Path, *inputs: dict[str, str], cameras: tuple[str, ...] = ()) -> RemoteWatch:
    return RemoteWatch(bed, state_dir, list(inputs), list(cameras))


def signal_of(said: dict[str, Any], name: str = "hdmi") -> str:
    return next((str(each["signal"]) for each in said["inputs"] if each["name"] == name), "no such input")


def wanted(said: dict[str, Any]) -> bool:
    return any(each["popup_wanted"] for each in said["inputs"])


def test_plugged_changed_and_unplugged(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge(signal="no_cable")
    room = watch(bed, tmp_path)
    room.until(lambda said: signal_of(said) == "no_cable")
    assert bed.tell("video0")["edid"] == BUILT_IN.hex()

    plugged = bed.set("video0", signal="live", width=1280, height=720)
    shown = room.until(wanted)
    assert shown["at"] - plugged < PLUG_S + 0.2
    assert room.call("source", "hdmi")["answer"]["url"] == "av://v4l2:/dev/video0"
    assert bed.tell("video0")["timings"] == [1280, 720]

    bed.set("video0", width=1920, height=1080)
    changed = room.until(lambda said: said["inputs"][0]["generation"] == 2)
    assert (changed["inputs"][0]["width"], wanted(changed)) == (1920, True)

    unplugged = bed.set("video0", signal="no_cable")
    gone = room.until(lambda said: not wanted(said))
    assert 1.9 < gone["at"] - unplugged < 2.5
    assert signal_of(gone) == "no_cable"


def test_a_bridge_that_vanishes_in_the_middle_of_a_call_and_comes_back(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge(signal="live")
    room = watch(bed, tmp_path)
    room.until(wanted)

    bed.set("video0", errno={"QUERY_DV_TIMINGS": errno.ENODEV, "S_DV_TIMINGS": errno.ENODEV})
    assert room.call("source", "hdmi")["answer"]["url"] == "av://v4l2:/dev/video0"
    bed.remove("video0")
    room.until(lambda said: signal_of(said) == "absent")

    bed.add_bridge("video7", signal="live")
    room.until(wanted)


def test_a_storm_of_news_costs_a_few_looks_and_hides_nothing(bed: Testbed, tmp_path: Path) -> None:
    bed.add_bridge(signal="no_cable")
    room = watch(bed, tmp_path)
    room.until(lambda said: signal_of(said) == "no_cable")
    before = room.call("let_go", "hdmi")["cpu"]

    bed.storm("video0", times=1_000)
    plugged = bed.set("video0", signal="live")
    shown = room.until(wanted)

    assert shown["at"] - plugged < PLUG_S + 0.2
    assert room.call("let_go", "hdmi")["cpu"] - before < 1.0
    assert bed.tell("video0")["calls"].count("QUERYCAP") == 1  # nobody opened it again


def test_a_grabber_that_is_plugged_in_is_found_by_its_news_and_one_that_is_pulled_is_missed(
    bed: Testbed, tmp_path: Path
) -> None:
    room = watch(bed, tmp_path, {"name": "hdmi"})
    room.until(lambda said: signal_of(said) == "absent")
    bed.add_grabber("video2", port="1-1")
    bed.add_grabber("video3", port="1-1", interface=1, family="metadata")
    room.until(lambda said: "USB Video" in said["inputs"][0]["device"])

    bed.remove("video2")
    room.until(lambda said: said["inputs"][0]["device"] == "")


def test_a_room_camera_is_never_opened(bed: Testbed, tmp_path: Path) -> None:
    bed.add_grabber("video2", port="1-1", model="046d:082d", name="HD Webcam C920")
    bed.add_bridge()
    room = watch(
        bed, tmp_path, {"name": "hdmi", "match": "C920"}, {"name": "vga", "kind": "vga"}, cameras=("046d:082d",)
    )
    said = room.until(lambda said: signal_of(said, "vga") == "no_signal")

    assert [each["device"] for each in said["inputs"]] == ["", "tc358743 (platform-bridge)"]
    assert bed.tell("video2")["calls"] == []


def test_sound_comes_from_the_same_usb_device(bed: Testbed, tmp_path: Path) -> None:
    bed.add_grabber("video2", port="1-1")
    bed.add_sound(0, "1-4")
    bed.add_sound(3, "1-1")
    room = watch(bed, tmp_path, {"name": "hdmi", "audio": "auto"})
    room.until(lambda said: "USB Video" in said["inputs"][0]["device"])

    assert room.call("source", "hdmi")["answer"]["audio"] == "av://alsa:hw:3"


def test_a_bridge_behind_a_pipeline_is_found(bed: Testbed, tmp_path: Path) -> None:
    bed.add_pipeline(signal="live")
    room = watch(bed, tmp_path)
    room.until(wanted)

    assert room.call("source", "hdmi")["answer"]["url"] == "av://v4l2:/dev/video0"
    assert bed.tell("v4l-subdev0")["timings"] == [1920, 1080]
    assert bed.tell("v4l-subdev0")["edid"] == BUILT_IN.hex()


def test_a_bridge_that_is_busy_or_refuses_its_edid_is_told(bed: Testbed, tmp_path: Path) -> None:
    edid = tmp_path / "edid.bin"
    edid.write_bytes(b"\0garbage")
    bed.add_bridge(errno={"QUERY_DV_TIMINGS": errno.EBUSY}, edid_blocks=0)
    room = watch(bed, tmp_path, {"name": "hdmi", "edid_file": str(edid)})
    said = room.until(lambda said: len(said["troubles"]) == 3)

    assert {each["code"] for each in said["troubles"]} == {
        "device.busy",
        "display.edid_unreadable",
        "display.edid_refused",
    }
