"""Is somebody sending? By small grey pictures."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.inputs import capture
from display.inputs.thumbnail import SIZE, Judgement, Kind, difference, look
from display.inputs.thumbnails import command

BLACK = bytes([16]) * SIZE
BLUE = bytes([60]) * SIZE
PICTURE = bytes(at * 7 % 256 for at in range(SIZE))


@pytest.mark.parametrize(
    ("frame", "no_signal", "kind"),
    [
        (BLACK, None, Kind.BLACK),
        (BLUE, None, Kind.FLAT),
        (PICTURE, None, Kind.PICTURE),
        (PICTURE, PICTURE, Kind.NO_SIGNAL),
        (bytes(min(255, each + 5) for each in PICTURE), PICTURE, Kind.NO_SIGNAL),
        (bytes(reversed(PICTURE)), PICTURE, Kind.PICTURE),
        (BLACK, PICTURE, Kind.BLACK),
    ],
)
def test_kinds_of_pictures(frame: bytes, no_signal: bytes | None, kind: Kind) -> None:
    assert look(frame, None, no_signal).kind is kind


def test_a_slide_that_does_not_change_is_still_a_picture() -> None:
    seen = look(PICTURE, PICTURE, None)

    assert (seen.kind, seen.frozen) == (Kind.PICTURE, True)


def test_two_thumbnails_in_a_row_decide() -> None:
    picture, black = look(PICTURE, None, None), look(BLACK, None, None)
    first = Judgement().see(picture)
    live = first.see(picture)

    assert (first.live, live.live) == (None, True)
    assert live.see(black).live
    assert live.see(black).see(picture).see(black).live
    assert live.see(black).see(black).live is False


@given(st.lists(st.sampled_from([PICTURE, BLACK]), min_size=1, max_size=20))
def test_a_change_of_mind_takes_two_equal_ones(frames: list[bytes]) -> None:
    judgement = Judgement().see(look(frames[0], None, None))
    for before, frame in pairwise(frames):
        was, judgement = judgement.live, judgement.see(look(frame, None, None))
        if judgement.live != was and was is not None:
            assert before == frame


@given(st.binary(min_size=SIZE, max_size=SIZE), st.binary(min_size=SIZE, max_size=SIZE))
def test_any_bytes_are_judged(frame: bytes, other: bytes) -> None:
    seen = look(frame, other, other)

    assert 0 <= seen.mean <= 255
    assert difference(frame, other) == difference(other, frame) == seen.change


def thumbnails_of(source: str, count: int) -> list[bytes]:
    """What ffmpeg makes of a test picture, with the view of the real reader."""
    words = command("ffmpeg", "/dev/video0", ())
    at = words.index("v4l2")
    words[at : at + 3] = ["lavfi", "-i", source]
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg on this machine: install the package ffmpeg")
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={"PATH": "/usr/bin"}) as reader:
        assert reader.stdout is not None
        frames = [reader.stdout.read(SIZE) for _ in range(count)]
        reader.kill()
    return frames


def test_ffmpegs_thumbnails_of_a_test_picture_are_pictures_and_of_black_are_black() -> None:
    picture = thumbnails_of("testsrc2=size=640x480:rate=5", 3)
    assert [look(frame, None, None).kind for frame in picture] == [Kind.PICTURE] * 3
    assert look(picture[1], picture[0], None).change > 0.5

    assert {look(frame, None, None).kind for frame in thumbnails_of("color=black:size=640x480:rate=5", 3)} == {
        Kind.BLACK
    }


FULL_HD, VGA = (1920, 1080), (640, 480)


@pytest.mark.parametrize(
    ("formats", "shown", "size", "watched"),
    [
        ({}, "input_format=mjpeg,video_size=1920x1080,framerate=30", FULL_HD, "video_size=640x480"),
        ({"MJPG": (VGA, FULL_HD)}, "input_format=mjpeg,video_size=1920x1080,framerate=30", FULL_HD, "640x480"),
        ({"YUYV": (VGA,), "MJPG": ()}, "input_format=mjpeg,video_size=640x480,framerate=30", VGA, "640x480"),
        ({"YUYV": (VGA, (3840, 2160))}, "video_size=640x480,framerate=30", VGA, "640x480"),
        ({"NV12": ((3840, 2160),)}, "video_size=1920x1080,framerate=30", FULL_HD, "3840x2160"),
    ],
)
def test_what_a_grabber_is_asked_for(
    formats: dict[str, tuple[tuple[int, int], ...]], shown: str, size: tuple[int, int], watched: str
) -> None:
    options, picture = capture.shown(formats)

    assert ",".join(f"{name}={value}" for name, value in options) == shown
    assert picture == size
    assert watched in ",".join(f"{name}={value}" for name, value in capture.watched(formats))
