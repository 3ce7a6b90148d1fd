from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from display.outputs.edid import identify
from tests.display.outputs.screens import edid

SCREENS = [
    edid(),
    edid("DEL", 0xA0C2, "DELL U2720Q", (3840, 2160)),
    edid("SAM", 0x0F99, "SAMSUNG", (1366, 768)),
    edid("AUO", 1, "ThirteenChars", (1280, 800)),
]


@given(st.binary(max_size=300))
@example(b"")
@example(edid()[:127])
@example(edid()[:20] + b"\xff" * 108)
def test_no_bytes_do_harm(data: bytes) -> None:
    found = identify(data)
    assert found is None or found.label.isprintable()


@given(st.binary(min_size=118, max_size=118))
def test_no_bytes_after_the_header_do_harm(data: bytes) -> None:
    found = identify(edid()[:10] + data)
    assert found is not None
    assert found.label.isprintable()
    assert 0 <= found.width < 4096
    assert 0 <= found.height < 4096


@pytest.mark.parametrize(
    ("data", "label", "size"),
    [
        (SCREENS[0], "LG ULTRAGEAR", (1920, 1080)),
        (SCREENS[1], "DELL U2720Q", (3840, 2160)),
        (SCREENS[2], "SAMSUNG", (1366, 768)),
        (edid(name=None), "LG 5b09", (1920, 1080)),
        (edid("ZZY", name="Wall\x00"), "ZZY Wall", (1920, 1080)),
        (SCREENS[0] + bytes(128), "LG ULTRAGEAR", (1920, 1080)),
    ],
)
def test_a_screen_is_called_by_its_maker_and_name(data: bytes, label: str, size: tuple[int, int]) -> None:
    found = identify(data)
    assert found is not None
    assert found.label == label
    assert (found.width, found.height) == size


def test_a_serial_number_is_not_in_the_label() -> None:
    found = identify(edid(serial="SECRET123"))
    assert found is not None
    assert "SECRET" not in repr(found)


@pytest.mark.parametrize("data", SCREENS)
def test_edid_decode_reads_the_same(data: bytes) -> None:
    if shutil.which("edid-decode") is None:
        pytest.skip("edid-decode is not installed")
    told = subprocess.run(["edid-decode"], input=data, capture_output=True, check=False).stdout.decode()
    found = identify(data)
    assert found is not None
    assert f"Manufacturer: {found.maker}" in told
    assert f"Model: {found.product}" in told
    assert f"Display Product Name: '{found.name}'" in told
    assert f"{found.width}x{found.height}" in told
    assert "Checksum: 0x" in told
    assert "should be" not in told
