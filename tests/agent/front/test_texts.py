"""Catalogues say the same things, and the code asks for nothing they lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import agent.front
from agent.front.texts import Text, catalogue, choose, direction, languages
from tests import translating

FRONT = Path(agent.front.__file__).parent
ROOT = FRONT.parents[1]
AREAS = "availability|hero|relative|list|join|dialog|language|details|qr|status|setup|welcome|ops|undo|release"
KEY = re.compile(rf"""["'`](page\.(?:title|no_script)|(?:{AREAS})\.[a-z_.]+)["'`]""")


def places(text: Text) -> set[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


OTHERS = sorted(languages() - {"en"})


TOOL = translating.tool()


def test_there_are_many_languages() -> None:
    assert set(OTHERS) == set(TOOL.LANGUAGES)
    assert len(languages()) >= 14


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_everything_with_the_same_places(language: str) -> None:
    own = json.loads((FRONT / "texts" / f"{language}.json").read_text("utf-8"))
    english = catalogue("en")
    assert list(own) == list(english)
    assert {key: places(text) for key, text in own.items()} == {key: places(text) for key, text in english.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_plural_forms_are_those_the_browser_asks_for(language: str) -> None:
    categories = set(TOOL.categories(language))
    own = json.loads((FRONT / "texts" / f"{language}.json").read_text("utf-8"))
    plurals = {key: text for key, text in own.items() if isinstance(text, dict)}
    assert len(plurals) >= 4
    for key, text in plurals.items():
        assert set(text) == categories, key


@pytest.mark.parametrize("language", OTHERS)
def test_the_pages_catalogue_is_made_of_the_translators(language: str) -> None:
    made = TOOL.as_json(TOOL.PAGE.compiled(language))
    assert (FRONT / "texts" / f"{language}.json").read_text("utf-8") == made, "run make texts"
    assert (TOOL.PAGE.sources / f"{language}.po").read_bytes() == TOOL.written(TOOL.PAGE.updated(language)), (
        "run make texts"
    )


def test_the_translators_template_is_up_to_date() -> None:
    assert (TOOL.PAGE.sources / "messages.pot").read_bytes() == TOOL.written(TOOL.PAGE.template()), "run make texts"


def test_no_word_stands_in_the_scripts() -> None:
    """What people read comes from a catalogue: no string of several words in the page's code."""
    sentence = re.compile(r"""["'`][A-Z][a-z]+ [a-z]+[^"'`]*["'`]""")
    for path in FRONT.glob("static/js/**/*.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert sentence.findall(code) == [], path.name


CODES = {"join.by_hand", "setup.no_config", "ops.no_session"}
"""Answers of the core that the page acts on; they look like texts."""


def test_every_text_the_page_names_exists() -> None:
    sources = [*FRONT.glob("static/js/**/*.js"), *FRONT.glob("templates/*.html")]
    named = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    assert len(named) > 50
    assert named - set(catalogue("en")) == CODES


def test_every_reason_of_the_design_has_its_sentence() -> None:
    reasons = (
        "not_yet_synced private external_mail_blocked link_untrusted link_undecodable body_deleted no_link not_online"
    )
    assert {f"no_join.{reason}" for reason in reasons.split()} <= set(catalogue("en"))


@pytest.mark.parametrize(
    ("asked", "chosen"), [("en", "en"), ("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("xx", "en"), ("", "en")]
)
def test_a_language_falls_back_by_its_parts(asked: str, chosen: str) -> None:
    assert choose(asked) == chosen


def test_arabic_runs_from_right_to_left() -> None:
    assert (direction("ar-EG"), direction("de")) == ("rtl", "ltr")


def test_the_page_knows_which_languages_the_core_speaks() -> None:
    spoken = re.search(r"const CORE_SPEAKS = (\[.*\]);", (FRONT / "static/js/render/notices.js").read_text("utf-8"))
    assert spoken
    catalogues = {path.stem for path in (FRONT.parent / "texts").glob("*.json")}
    assert set(json.loads(spoken[1])) == catalogues
