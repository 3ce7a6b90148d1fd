"""The display's catalogues say the same things, and the code asks for nothing they lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import display.texts
from display.texts import apart, catalogue, choose, languages, right_to_left, speaker
from tests import translating

FOLDER = Path(display.texts.__file__).parent
ROOT = FOLDER.parents[1]
OTHERS = sorted(languages() - {"en"})
KEY = re.compile(
    r'"((?:bar|offer|opening|unsupported|no_picture|protected|screen_lost|starting|safe|reset)\.[a-z_.]+)"'
)


TOOL = translating.tool()


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_display_speaks_what_the_home_page_speaks() -> None:
    page = {path.stem for path in (ROOT / "agent" / "front" / "texts").glob("*.json")}
    assert languages() == page


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_everything_with_the_same_places(language: str) -> None:
    own = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    assert list(own) == list(catalogue("en"))
    assert {key: places(text) for key, text in own.items()} == {
        key: places(text) for key, text in catalogue("en").items()
    }


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_was_left_in_english(language: str) -> None:
    same = {key for key, text in catalogue("en").items() if catalogue(language)[key] == text}
    assert same <= {"bar.home"}  # Italian says "Home" too


@pytest.mark.parametrize("language", OTHERS)
def test_the_displays_catalogue_is_made_of_the_translators(language: str) -> None:
    made = TOOL.as_json(TOOL.DISPLAY.compiled(language))
    assert (FOLDER / f"{language}.json").read_text("utf-8") == made, "run make texts"
    written = TOOL.written(TOOL.DISPLAY.updated(language))
    assert (TOOL.DISPLAY.sources / f"{language}.po").read_bytes() == written, "run make texts"


def test_the_translators_template_is_up_to_date() -> None:
    assert (TOOL.DISPLAY.sources / "messages.pot").read_bytes() == TOOL.written(TOOL.DISPLAY.template())


def test_the_code_names_every_sentence_and_no_other() -> None:
    named = {key for path in (ROOT / "display").rglob("*.py") for key in KEY.findall(path.read_text("utf-8"))}
    assert named == set(catalogue("en"))


@pytest.mark.parametrize(
    ("asked", "chosen"), [("en", "en"), ("de", "de"), ("de-AT", "de"), ("zh_CN", "zh"), ("xx", "en"), ("", "en")]
)
def test_a_language_falls_back_by_its_parts(asked: str, chosen: str) -> None:
    assert choose(asked) == chosen


def test_a_language_that_escapes_its_folder_is_english() -> None:
    assert choose("../../agent/texts/de") == "en"


def test_values_are_set_apart_and_braces_in_them_mean_nothing() -> None:
    assert speaker("de")("bar.show", label="{x}") == f"{apart('{x}')} zeigen"


def test_arabic_runs_from_right_to_left() -> None:
    assert right_to_left("ar-EG")
    assert not right_to_left("de")
