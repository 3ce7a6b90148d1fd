"""Catalogues say the same things, and the code asks for nothing they lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import agent.front
from agent.front.texts import Text, catalogue, choose, direction, languages

FRONT = Path(agent.front.__file__).parent
AREAS = "availability|hero|relative|list|join|dialog|details|qr|status|setup"
KEY = re.compile(rf"""["'`](page\.(?:title|no_script)|(?:{AREAS})\.[a-z_.]+)["'`]""")


def places(text: Text) -> set[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_every_language_says_everything_with_the_same_places(language: str) -> None:
    own = json.loads((FRONT / "texts" / f"{language}.json").read_text("utf-8"))
    english = catalogue("en")
    assert list(own) == list(english)
    assert {key: places(text) for key, text in own.items()} == {key: places(text) for key, text in english.items()}


def test_every_text_the_page_names_exists() -> None:
    sources = [*FRONT.glob("static/js/**/*.js"), FRONT / "templates" / "home.html"]
    named = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    assert len(named) > 50
    assert named - set(catalogue("en")) == set()


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
