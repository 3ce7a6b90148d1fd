"""The shell over mock devices: real udev news and real ioctls, a real player with a drawn picture."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from display.app.seams import PICTURE
from tests.display.system.box import HOME, Box, a_box
from tests.display.umockdev.testbed import Testbed
from tests.display.xserver import wait_until

SHOWN = "av://lavfi:testsrc2=size=1280x720:rate=30,realtime"


@pytest.fixture(scope="module")
def bed() -> Iterator[Testbed]:
    with Testbed() as bed:
        bed.add_bridge("video0", signal="no_cable")
        yield bed


@pytest.fixture(scope="module")
def shared(bed: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    own = {name: bed.environment[name] for name in ("LD_PRELOAD", "UMOCKDEV_DIR")}
    environment = {**own, "ROOM_DISPLAY_SIMULATOR": "", PICTURE: SHOWN}
    with a_box(tmp_path_factory.mktemp("box"), environment=environment, inputs=[]) as running:
        yield running


@pytest.fixture
def box(shared: Box, bed: Testbed) -> Box:
    """With a bridge that has no cable at the beginning of each test."""
    bed.set("video0", signal="no_cable", width=1280, height=720, errno={})
    shared.reported(lambda told: state_of(told) == "no_cable", "no cable")
    return shared


def state_of(told: dict[str, object]) -> str:
    inputs = told.get("inputs") or [{}]
    assert isinstance(inputs, list)
    return str(inputs[0].get("state"))


def plug(box: Box, bed: Testbed) -> None:
    bed.set("video0", signal="live", width=1280, height=720)
    box.reports(screen="content")
    box.shows_no_longer(HOME)


def test_a_laptop_is_plugged_in_and_pulled_out(box: Box, bed: Testbed) -> None:
    plug(box, bed)
    assert bed.tell("video0")["timings"] == [1280, 720]
    bed.set("video0", signal="no_cable")
    box.shows(HOME)
    box.reports(screen="home")


def test_another_mode_is_set_and_shown(box: Box, bed: Testbed) -> None:
    plug(box, bed)
    bed.set("video0", width=1920, height=1080)
    wait_until(lambda: bed.tell("video0")["timings"] == [1920, 1080], within=10, what="the new timings were not set")
    box.reports(screen="content")
    box.shows_no_longer(HOME)
    bed.set("video0", signal="no_cable")
    box.shows(HOME)


def test_a_busy_bridge_keeps_the_picture_that_is_there(box: Box, bed: Testbed) -> None:
    plug(box, bed)
    bed.set("video0", errno={"QUERY_DV_TIMINGS": errno.EBUSY})
    bed.uevent("video0")
    box.core.order("home", {"order_id": "answers"})  # the shell answers, whatever the device does
    wait_until(lambda: "answers" in box.core.merged["orders"], what="no answer")
    bed.set("video0", errno={})
    bed.set("video0", signal="no_cable")
    box.shows(HOME)


def test_a_storm_of_news_costs_neither_the_picture_nor_an_answer(box: Box, bed: Testbed) -> None:
    plug(box, bed)
    player = box.pid_of("content")
    bed.storm("video0", times=1_000)
    box.core.order("show_input", {"order_id": "in-the-storm", "input": "hdmi"})
    wait_until(lambda: "in-the-storm" in box.core.merged["orders"], what="no answer")
    box.reports(screen="content")
    assert box.core.merged["orders"]["in-the-storm"]["state"] == "done"
    assert box.pid_of("content") == player
    assert box.shell.poll() is None


def test_a_bridge_that_vanishes_takes_its_picture_with_it_and_one_that_comes_is_shown(box: Box, bed: Testbed) -> None:
    """The last one here: a node's name cannot be used again."""
    plug(box, bed)
    bed.set("video0", errno={"QUERY_DV_TIMINGS": errno.ENODEV, "S_DV_TIMINGS": errno.ENODEV})
    bed.remove("video0")
    box.shows(HOME)
    box.reported(lambda told: state_of(told) == "absent", "absent")
    bed.add_bridge("video7", signal="live", width=1280, height=720)
    box.reports(screen="content")
    box.shows_no_longer(HOME)
    assert box.shell.poll() is None


def test_a_box_without_any_device_is_a_room_like_any_other(tmp_path: Path) -> None:
    with a_box(tmp_path, environment={"ROOM_DISPLAY_SIMULATOR": ""}, inputs=[]) as box:
        box.in_meeting()
        assert not box.problems()
