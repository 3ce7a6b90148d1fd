"""Drivers: the contract over a fake, a bridge and a grabber, and what each alone can get wrong."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from display.inputs.edid import BUILT_IN
from display.inputs.thumbnail import SIZE
from display.model import Reading, Signal, Source
from display.ports import InputDriver
from tests.contracts.input_driver import InputDriverContract, Socket
from tests.display.umockdev.remote import RemoteDriver
from tests.display.umockdev.testbed import Testbed
from tests.fakes.inputs import FakeInput
from tests.waiting import wait_until

PICTURE = bytes(range(0, 256, 2)) * (SIZE // 128) + bytes(SIZE % 128)
BLACK = bytes([16]) * SIZE
LIVE = Reading(Signal.LIVE, 1920, 1080)
GONE = Reading(Signal.ABSENT, code="device.gone")


class FakeSocket:
    def __init__(self) -> None:
        self.fake = FakeInput()
        self.driver: InputDriver = self.fake

    def plug(self) -> None:
        self.fake.reading = LIVE

    def unplug(self) -> None:
        self.fake.reading = Reading(Signal.NO_CABLE)

    def pull(self) -> None:
        self.fake.reading = GONE


class TestFakeInput(InputDriverContract):
    @pytest.fixture
    def socket(self) -> Iterator[Socket]:
        socket = FakeSocket()
        yield socket
        socket.driver.close()


@pytest.fixture
def bed() -> Iterator[Testbed]:
    with Testbed() as bed:
        yield bed


class BridgeSocket:
    def __init__(self, bed: Testbed) -> None:
        self.bed = bed
        node = bed.add_bridge(signal="no_cable")
        self.driver: InputDriver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())

    def plug(self) -> None:
        self.bed.set("video0", signal="live")

    def unplug(self) -> None:
        self.bed.set("video0", signal="no_cable")

    def pull(self) -> None:
        self.bed.set("video0", signal="gone")


class RemoteContract(InputDriverContract):
    """The number of a file descriptor says nothing here: it is another process's."""

    def can_be_waited_for(self, fd: int) -> None:
        assert fd > 2


class TestBridge(RemoteContract):
    @pytest.fixture
    def socket(self, bed: Testbed) -> Socket:
        return BridgeSocket(bed)


def grabber_program(directory: Path) -> tuple[Path, Path]:
    """Something that sends thumbnails as ffmpeg does, and the file with the picture that it sends."""
    picture, program = directory / "picture", directory / "ffmpeg"
    picture.write_bytes(BLACK)
    program.write_text(f'#!/bin/sh\nwhile cat "{picture}"; do sleep 0.05; done\n')
    program.chmod(0o755)
    return program, picture


class GrabberSocket:
    def __init__(self, bed: Testbed, directory: Path) -> None:
        self.bed = bed
        program, self.picture = grabber_program(directory)
        node = bed.add_grabber("video2")
        self.driver: InputDriver = RemoteDriver(bed, kind="uvc", node=node, ffmpeg=str(program))

    def plug(self) -> None:
        self.show(PICTURE)

    def unplug(self) -> None:
        self.show(BLACK)

    def show(self, picture: bytes) -> None:
        new = self.picture.with_suffix(".new")
        new.write_bytes(picture)
        new.replace(self.picture)

    def pull(self) -> None:
        self.bed.remove("video2")


class TestGrabber(RemoteContract):
    @pytest.fixture
    def socket(self, bed: Testbed, tmp_path: Path) -> Socket:
        return GrabberSocket(bed, tmp_path)


ANSWERS: list[tuple[dict[str, Any], Reading]] = [
    ({"signal": "no_cable"}, Reading(Signal.NO_CABLE)),
    ({"signal": "no_cable", "power": False}, Reading(Signal.NO_CABLE)),  # by the input's status
    ({"signal": "no_signal"}, Reading(Signal.NO_SIGNAL)),
    ({"signal": "unstable"}, Reading(Signal.UNSTABLE)),
    ({"signal": "unsupported"}, Reading(Signal.UNSUPPORTED)),
    ({"signal": "live", "width": 1280, "height": 720}, Reading(Signal.LIVE, 1280, 720)),
    ({"signal": "live", "width": 0}, Reading(Signal.UNSTABLE, code="device.failed")),
    ({"signal": "live", "width": 4_000_000_000}, Reading(Signal.UNSTABLE, code="device.failed")),
    ({"errno": {"QUERY_DV_TIMINGS": errno.EBUSY}}, Reading(Signal.NO_SIGNAL, code="device.busy")),
    ({"errno": {"QUERY_DV_TIMINGS": errno.EACCES}}, Reading(Signal.NO_SIGNAL, code="device.refused")),
    ({"errno": {"QUERY_DV_TIMINGS": errno.EIO}}, Reading(Signal.UNSTABLE, code="device.failed")),
    ({"errno": {"QUERY_DV_TIMINGS": errno.ENODATA}}, Reading(Signal.UNSUPPORTED, code="device.no_timings")),
    (
        {"signal": "no_signal", "errno": {"G_CTRL": errno.ENODEV, "G_INPUT": errno.ENODEV}},
        Reading(Signal.NO_SIGNAL),
    ),
    ({"errno": {"QUERY_DV_TIMINGS": errno.ENODEV}}, GONE),
]


def test_whatever_a_bridge_answers_is_a_reading(bed: Testbed) -> None:
    node = bed.add_bridge()
    driver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())
    for facts, expected in ANSWERS:
        bed.set(
            "video0", **({"signal": "no_signal", "power": True, "width": 1920, "height": 1080, "errno": {}} | facts)
        )
        assert driver.read() == expected, facts


def test_a_bridge_is_set_to_what_it_sees_before_it_is_played(bed: Testbed) -> None:
    node = bed.add_bridge(signal="live", width=1280, height=720)
    driver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())

    assert driver.prepare() == Source("av://v4l2:/dev/video0", watch_black=True)
    assert bed.tell("video0")["timings"] == [1280, 720]

    bed.set("video0", errno={"S_DV_TIMINGS": errno.EBUSY})
    assert driver.prepare().url == "av://v4l2:/dev/video0"


def test_a_bridge_whose_events_are_seen_to_work_is_asked_less_often(bed: Testbed) -> None:
    node = bed.add_bridge(signal="live")
    driver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())
    driver.drain()
    assert driver.interval == 0.15

    bed.set("video0", events=[5, 3])
    driver.drain()
    assert driver.interval == 1.0


def test_a_bridge_without_events_is_asked_often(bed: Testbed) -> None:
    node = bed.add_bridge(signal="live", errno={"SUBSCRIBE_EVENT": errno.EINVAL})
    driver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())

    assert (driver.fileno(), driver.interval, driver.read()) == (None, 0.15, LIVE)


def test_a_bridge_gets_its_edid_once(bed: Testbed) -> None:
    node = bed.add_bridge()
    first = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())
    assert first.problems == ()
    assert bed.tell("video0")["edid"] == BUILT_IN.hex()

    second = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())
    assert second.problems == ()
    assert bed.tell("video0")["calls"].count("S_EDID") == 1


def test_a_bridge_that_refuses_its_edid_says_so_and_goes_on(bed: Testbed) -> None:
    node = bed.add_bridge(signal="live", edid_blocks=1)
    driver = RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex())

    assert driver.problems == ("display.edid_refused",)
    assert driver.read() == LIVE


def test_a_device_that_has_an_edid_of_its_own_is_no_trouble(bed: Testbed) -> None:
    node = bed.add_bridge(errno={"S_EDID": errno.ENOTTY, "G_EDID": errno.ENOTTY})

    assert RemoteDriver(bed, kind="dv", node=node, edid=BUILT_IN.hex()).problems == ()


def test_a_grabbers_reader_stops_while_a_player_has_the_device(bed: Testbed, tmp_path: Path) -> None:
    socket = GrabberSocket(bed, tmp_path)
    socket.plug()
    wait_until(lambda: socket.driver.read().signal is Signal.LIVE, within=5, what="the picture")
    socket.driver.release()
    socket.show(BLACK)
    for _ in range(20):
        socket.driver.drain()
        assert socket.driver.read().signal is Signal.LIVE  # nobody looks

    socket.driver.resume()
    wait_until(lambda: socket.driver.read().signal is Signal.NO_SIGNAL, within=5, what="black")


def test_a_grabber_is_asked_for_mjpg_at_full_size(bed: Testbed, tmp_path: Path) -> None:
    formats = {"YUYV": [[1920, 1080]], "MJPG": [[640, 480], [1920, 1080], [3840, 2160]]}
    node = bed.add_grabber("video2", formats=formats)
    options = dict(RemoteDriver(bed, kind="uvc", node=node).prepare().options)

    assert options == {"input_format": "mjpeg", "video_size": "1920x1080", "framerate": "30"}


def test_without_ffmpeg_a_grabber_that_is_there_is_live(bed: Testbed) -> None:
    node = bed.add_grabber("video2")
    driver = RemoteDriver(bed, kind="uvc", node=node)

    assert (driver.read(), driver.fileno()) == (LIVE, None)
    bed.remove("video2")
    assert driver.read() == GONE


@pytest.mark.parametrize(
    ("says", "code"),
    [("/dev/video2: Device or resource busy", "device.busy"), ("something", "device.failed")],
)
def test_a_reader_that_cannot_read_says_why_and_is_tried_again(
    bed: Testbed, tmp_path: Path, says: str, code: str
) -> None:
    program, picture = grabber_program(tmp_path)
    works = program.read_text()
    program.write_text(f"#!/bin/sh\necho {says} >&2\nexit 1\n")
    picture.write_bytes(PICTURE)
    driver = RemoteDriver(bed, kind="uvc", node=bed.add_grabber("video2"), ffmpeg=str(program))
    wait_until(lambda: driver.read().code == code, within=5, what=code)

    program.write_text(works)
    wait_until(lambda: driver.read() == LIVE, within=5, what="the picture")
