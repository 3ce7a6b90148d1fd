"""Every code that the display may tell the core has a sentence there."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from display.model import Trouble
from display.player import failures
from display.shell.troubles import Troubles
from tests.builders import MORNING
from tests.display.system.box import ROOT

NOT_TOLD = frozenset({"display.no_screen", "display.other_manager"})
"""With these the shell ends before it could tell anybody; its last line on stderr says them in words."""
OF_DEVICES = ("device.busy", "device.failed", "device.gone", "device.no_timings", "device.refused")


def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    told: dict[str, dict[str, str]] = json.loads((ROOT / "agent" / "texts" / f"{language}.json").read_text("utf-8"))
    return told


def literals(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def codes(family: str) -> set[str]:
    """The codes of a family that stand in the display's source, without those of its command line and its demo."""
    files = [file for file in (ROOT / "display").rglob("*.py") if not {"demo", "cli"} & set(file.parts)]
    pattern = re.compile(rf"{family}\.[a-z_]+")
    return {text for file in files for text in literals(file) if pattern.fullmatch(text)}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_code_has_a_title_and_says_what_to_do(language: str) -> None:
    told = catalogue(language)
    wanted = codes("display") - NOT_TOLD
    assert wanted - set(told) == set()
    assert all(told[code]["title"] and told[code]["detail"].endswith(".") for code in wanted)


@pytest.mark.parametrize("code", sorted({*codes("player"), *codes("device"), *OF_DEVICES, failures.MISSING}))
def test_what_parts_say_among_themselves_becomes_a_sentence(code: str) -> None:
    (problem,) = Troubles().update([Trouble(code, "hdmi")], MORNING)
    assert problem.code in catalogue("en")


def test_the_codes_are_found() -> None:
    assert {"display.no_output", "display.home_loop", "display.foreign_window"} <= codes("display")
    assert {"player.busy", "player.missing"} <= codes("player")
