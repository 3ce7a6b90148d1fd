from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.player.black import is_black
from display.player.command_line import command_line, path_entry
from display.player.failures import reason

V4L2 = "video4linux2,v4l2: "


@pytest.mark.parametrize(
    ("end", "messages", "code"),
    [
        ("stop", [], None),
        ("quit", [V4L2 + "ioctl(VIDIOC_STREAMON): Device or resource busy"], None),
        ("eof", [], "player.gone"),
        ("error", [V4L2 + "Cannot open video device /dev/video0: Device or resource busy"], "player.busy"),
        (
            "error",
            [V4L2 + "ioctl(VIDIOC_STREAMON): Device or resource busy", "avformat_open_input() failed"],
            "player.busy",
        ),
        ("error", [V4L2 + "ioctl(VIDIOC_DQBUF): No such device"], "player.gone"),
        ("error", [V4L2 + "Cannot open video device /dev/video9: No such file or directory"], "player.gone"),
        ("error", [V4L2 + "Cannot open video device /dev/video9: Permission denied"], "player.refused"),
        ("error", [V4L2 + "Cannot find a proper format for codec 'mjpeg' (id 7)"], "player.format"),
        ("error", [V4L2 + "ioctl(VIDIOC_G_INPUT): Inappropriate ioctl for device"], "player.format"),
        ("error", [], "player.format"),
        ("error", ["alsa: cannot open audio device hw:9 (No such file or directory)"], "player.format"),
        ("error", ["Error opening/initializing the selected video_out (--vo) device."], "player.died"),
    ],
)
def test_the_reason_is_read_from_the_demuxers_messages(end: str, messages: list[str], code: str | None) -> None:
    assert reason(end, messages) == code


@pytest.mark.parametrize(
    ("metadata", "black"),
    [
        (None, False),
        ({}, False),
        ({"lavfi.black_start": "1"}, True),
        ({"lavfi.black_start": "1", "lavfi.black_end": "2.5"}, False),
        ({"lavfi.black_start": "3", "lavfi.black_end": "2.5"}, True),
        ({"lavfi.black_start": "x"}, False),
        ({"lavfi.black_start": []}, False),
    ],
)
def test_black_lasts_from_its_start_to_its_end(metadata: object, black: bool) -> None:
    assert is_black(metadata) is black


@given(st.text())
def test_a_path_of_a_list_is_one_entry(path: str) -> None:
    unescaped, rest = "", iter(path_entry(path))
    for each in rest:
        assert each != ":"
        unescaped += next(rest) if each == "\\" else each
    assert unescaped == path


def test_setpriv_is_gone_without() -> None:
    assert command_line("mpv", 7, None)[0] == "mpv"
    assert command_line("mpv", 7, "/usr/bin/setpriv")[:4] == ["/usr/bin/setpriv", "--pdeathsig", "KILL", "mpv"]
