"""Where the shell meets hardware, or what stands in for it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from agent.wire import DisplayConfig, InputConfig
from display.app.seams import PICTURE, seams_of
from display.app.start import Options
from display.model import Source

DEVICE = Source("av://v4l2:/dev/video0", (("input_format", "mjpeg"),), "av://alsa:hw:1", watch_black=True)


def options(simulator: str = "") -> Options:
    return Options("/s", "/r", "/c", None, browsers=True, log_level="info", simulator=simulator)


def test_a_box_has_its_own_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PICTURE, raising=False)
    seams = seams_of(options())
    config = DisplayConfig(inputs=[InputConfig(name="hdmi")])
    assert (dict(seams.inputs), dict(seams.works())) == ({}, {})
    assert seams.picture(lambda _: DEVICE)("hdmi") is DEVICE
    assert seams.configured(config) is config


def test_mocked_devices_show_the_picture_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PICTURE, "av://lavfi:testsrc2")
    seams = seams_of(options())
    assert seams.picture(lambda _: DEVICE)("hdmi") == Source("av://lavfi:testsrc2", watch_black=True)
    assert seams.picture(lambda _: None)("hdmi") is None


def test_drawn_cables_replace_udev_and_drivers(tmp_path: Path) -> None:
    seams = seams_of(options(str(tmp_path / "cables.sock")))
    assert set(seams.inputs) == {"udev", "probe", "driver_for"}
    works = seams.works()
    assert set(works) == {"simulation"}
    for work in works.values():
        work.close()


def test_the_options_survive_the_way_to_the_shells_own_process() -> None:
    made = options("/cables.sock")
    assert Options.read(json.dumps(asdict(made))) == made
    assert made.places.home == Path("/r/home.sock")
