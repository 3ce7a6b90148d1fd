"""The zip file that support gets."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest

from agent.state.bundle import ITEM_LARGEST, LARGEST, Bundle, Item, LeftOut, json_item, packed, text_item, unpacked
from tests.builders import MORNING

PAIR = Bundle(MORNING).plus(json_item("a.json", "It is a.", {"ü": 1}), LeftOut("b.txt", "Nobody has it."))


def test_what_is_packed_says_what_is_in_it_and_what_is_not() -> None:
    content = packed(PAIR)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        manifest = json.loads(file.read("manifest.json"))

    assert manifest == {
        "made": "2026-11-23T17:00:00Z",
        "inside": [{"name": "a.json", "says": "It is a.", "bytes": 13}],
        "left_out": [{"name": "b.txt", "why": "Nobody has it."}],
    }
    assert unpacked(content) == PAIR


def test_what_is_found_after_all_takes_the_place_of_its_excuse() -> None:
    found = PAIR.plus(Item("b.txt", "It is b.", b"b"))

    assert (found.left_out, [each.name for each in found.items]) == ((), ["a.json", "b.txt"])


def test_of_too_many_lines_the_last_ones_stay() -> None:
    item = text_item("log.txt", "", "".join(f"line {n}\n" for n in range(200_000)))

    assert len(item.content) <= ITEM_LARGEST
    first, second, *_, last = item.content.decode().splitlines()
    assert (first, last) == ("[earlier lines were left out]", "line 199999")
    assert second.startswith("line ")


def test_a_bundle_is_never_larger_than_it_may_be() -> None:
    noise = [Item(f"{n}.bin", "Noise.", os.urandom(ITEM_LARGEST)) for n in range(8)]
    content = packed(Bundle(MORNING).plus(*noise))

    assert len(content) < LARGEST
    kept = unpacked(content)
    assert [each.name for each in kept.items] == ["0.bin", "1.bin", "2.bin", "3.bin"]
    assert kept.left_out[0] == LeftOut("4.bin", "It was too large for the bundle.")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"<html>", packed(PAIR)[:-30]])
def test_what_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a support bundle"):
        unpacked(content)
