"""What a source is told about the screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.inputs.edid import BUILT_IN, UNREADABLE, checksummed, load, parse


def test_the_one_that_ships_is_conformant(tmp_path: Path) -> None:
    if shutil.which("edid-decode") is None:
        pytest.skip("no edid-decode on this machine: install the package edid-decode")
    file = tmp_path / "edid.bin"
    file.write_bytes(BUILT_IN)
    said = subprocess.run(["edid-decode", "--check", str(file)], capture_output=True, text=True, check=False).stdout

    assert "EDID conformity: PASS" in said
    assert "1920x1080   60.000000 Hz" in said
    assert "Linear PCM" in said


def test_a_file_may_be_binary_or_hexadecimal(tmp_path: Path) -> None:
    other = checksummed(BUILT_IN[:126] + b"\0")
    texts = [other, other.hex(" ").encode(), b"0x" + other.hex().encode(), ", ".join(map(hex_byte, other)).encode()]
    for text in texts:
        file = tmp_path / "edid"
        file.write_bytes(text)
        assert load(str(file)) == (other, None)


def hex_byte(byte: int) -> str:
    return f"0x{byte:02x}"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"not an EDID",
        BUILT_IN[:100],
        BUILT_IN[:128],  # says that there is one more block
        BUILT_IN[:-1] + b"\0",  # checksum
        BUILT_IN * 3,
        b"\xff" * 256,
        b"00" * 100_000,
    ],
)
def test_garbage_is_told_and_the_one_that_ships_used(tmp_path: Path, garbage: bytes) -> None:
    file = tmp_path / "edid"
    file.write_bytes(garbage)

    assert load(str(file)) == (BUILT_IN, UNREADABLE)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "missing", ".", "nul\0byte"):
        assert load(str(tmp_path / name)) == (BUILT_IN, UNREADABLE)


def test_without_a_file_nothing_is_wrong() -> None:
    assert load("") == (BUILT_IN, None)


@given(st.binary(max_size=600))
def test_whatever_is_in_a_file_is_an_edid_or_none(data: bytes) -> None:
    found = parse(data)

    assert found is None or (len(found) % 128 == 0 and found.startswith(b"\0\xff"))
