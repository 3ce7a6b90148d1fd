"""Which input has which device, and why the others are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.display import InputConfig
from display.inputs.assign import REASONS, Assignment, assign, by_number
from display.inputs.device import Ability, Device, Family

BRIDGE = Device("/dev/video0", "1", "/sys/bridge", "tc358743", "platform-bridge")
GRABBER = Device("/dev/video2", "2", "/sys/usb1/1-1", "USB Video", "usb-1", "mock_1", "534d:2109")
CAMERA = Device(
    "/dev/video4", "3", "/sys/usb1/1-2", "HD Webcam C920", "usb-2", "cam_1", "046d:082d", ("/dev/v4l/by-id/cam",)
)
OTHER = replace(GRABBER, node="/dev/video6", number="4", parent="/sys/usb1/1-3", id_path="usb-3", serial="mock_3")
ANALOGUE = Device("/dev/video8", "5", "/sys/pci", "Composite", "pci-1")
TIMINGS, PICTURE = Ability(Family.TIMINGS, "/dev/video0"), Ability(Family.PICTURE)
ABILITIES = {BRIDGE: TIMINGS, GRABBER: PICTURE, CAMERA: PICTURE, OTHER: PICTURE, ANALOGUE: Ability(Family.ANALOGUE)}


def assigned(
    *devices: Device,
    inputs: tuple[InputConfig, ...] = (),
    cameras: tuple[str, ...] = (),
    also: dict[Device, Ability] | None = None,
) -> Assignment:
    abilities = ABILITIES | (also or {})
    return assign(inputs, cameras, devices, lambda device: abilities[device])


def named(match: str = "", name: str = "hdmi") -> InputConfig:
    return InputConfig(name=name, match=match)


def test_a_bridge_is_the_input_of_a_room_that_names_none() -> None:
    found = assigned(CAMERA, GRABBER, BRIDGE)

    assert found.devices == {"hdmi": BRIDGE}
    assert found.ignored == {GRABBER: "not_matched", CAMERA: "maybe_camera"}
    assert [config.name for config in found.inputs] == ["hdmi"]


def test_a_known_grabber_is_taken_by_itself_but_another_usb_device_may_be_a_camera() -> None:
    assert assigned(CAMERA, GRABBER).devices == {"hdmi": GRABBER}
    assert assigned(CAMERA).devices == {}
    assert assigned(CAMERA).inputs == ()
    assert assigned(CAMERA).ignored == {CAMERA: "maybe_camera"}


@pytest.mark.parametrize("match", ["usb-2", "cam_1", "046D:082D", "c920", "/dev/v4l/by-id/cam"])
def test_a_device_is_named_by_path_serial_model_or_name(match: str) -> None:
    assert assigned(GRABBER, CAMERA, inputs=(named(match),)).devices == {"hdmi": CAMERA}
    assert assigned(GRABBER, CAMERA, cameras=(match,), inputs=(named(match),)).devices == {}
    assert assigned(GRABBER, CAMERA, cameras=(match,)).ignored == {CAMERA: "camera"}


def test_a_number_names_no_device() -> None:
    config = named("/dev/video4")

    assert assigned(CAMERA, inputs=(config,)).devices == {}
    assert by_number(config)
    assert not by_number(named("/dev/v4l/by-id/cam"))


def test_the_rooms_cameras_are_never_opened() -> None:
    second = replace(CAMERA, node="/dev/video5", number="9", name="")

    def ability(device: Device) -> Ability:
        assert device.parent != CAMERA.parent
        return ABILITIES[device]

    found = assign((), ("C920",), (CAMERA, second, GRABBER), ability)
    assert found.ignored == {CAMERA: "camera", second: "camera"}


def test_inputs_that_name_their_device_choose_first() -> None:
    found = assigned(BRIDGE, GRABBER, OTHER, inputs=(named("", "any"), named("platform-bridge", "hdmi")))
    assert found.devices == {"hdmi": BRIDGE, "any": GRABBER}

    two = assigned(GRABBER, OTHER, inputs=(named("534d:2109", "one"), named("534d:2109", "two")))
    assert two.devices == {"one": GRABBER, "two": OTHER}


def test_every_other_device_has_its_reason() -> None:
    second = replace(GRABBER, node="/dev/video3", number="10")
    metadata = replace(GRABBER, node="/dev/video10", number="11")
    codec = Device("/dev/video11", "12", "/sys/codec")
    busy = Device("/dev/video12", "13", "/sys/busy")
    refused = Device("/dev/video13", "14", "/sys/refused")
    also = {
        second: PICTURE,
        metadata: Ability(Family.METADATA),
        codec: Ability(Family.NO_CAPTURE),
        busy: Ability(Family.UNKNOWN, code="device.busy"),
        refused: Ability(Family.UNKNOWN, code="device.refused"),
    }
    found = assigned(GRABBER, ANALOGUE, *also, also=also)

    assert found.ignored == {
        second: "second_node",
        metadata: "metadata",
        codec: "no_capture",
        busy: "busy",
        refused: "refused",
        ANALOGUE: "analogue_only",
    }
    assert set(found.ignored.values()) <= set(REASONS)


def test_nodes_that_share_a_bridge_are_one_device() -> None:
    one = replace(BRIDGE, node="/dev/video20", parent="/sys/a")
    two = replace(BRIDGE, node="/dev/video21", parent="/sys/b")
    shared = Ability(Family.TIMINGS, "/dev/v4l-subdev0")
    found = assigned(one, two, also={one: shared, two: shared}, inputs=(named("", "a"), named("", "b")))

    assert found.devices == {"a": one}
    assert found.ignored == {two: "second_node"}


DEVICES = st.permutations(list(ABILITIES))
MATCHES = st.sampled_from(["", "usb-1", "USB Video", "534d:2109", "c920", "tc358743", "/dev/video0", "nothing"])


@given(DEVICES, st.lists(MATCHES, max_size=4), st.lists(MATCHES, max_size=2))
def test_every_device_is_one_input_or_ignored_and_order_does_not_matter(
    devices: list[Device], matches: list[str], cameras: list[str]
) -> None:
    inputs = tuple(named(match, f"input{at}") for at, match in enumerate(matches))
    found = assigned(*devices, inputs=inputs, cameras=tuple(cameras))

    assert set(found.devices.values()) | set(found.ignored) == set(devices)
    assert set(found.devices.values()).isdisjoint(found.ignored)
    assert len(set(found.devices.values())) == len(found.devices)
    assert found == assigned(*ABILITIES, inputs=inputs, cameras=tuple(cameras))
    assert not any(device.matches(camera) for device in found.devices.values() for camera in cameras)
