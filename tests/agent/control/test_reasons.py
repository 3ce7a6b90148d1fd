from __future__ import annotations

import string
from dataclasses import replace
from datetime import time

import pytest

from agent.control.reasons import catalogue, languages, reason
from agent.control.request_policy import RequestPolicy
from agent.control.requests import CONFLICT, OUTSIDE_HOURS, REASONS, TOO_FAR, TOO_LONG
from agent.front.texts import languages as screen_languages

POLICY = RequestPolicy(hours=(time(8), time(18, 30)))
GERMAN = replace(POLICY, language="de")


def named(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_language_of_the_screen_has_every_reason() -> None:
    assert languages() >= set(screen_languages())
    for language in languages():
        assert list(catalogue(language)) == list(REASONS), language


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_sentence_says_what_the_english_one_says(language: str) -> None:
    for code, sentence in catalogue(language).items():
        assert named(sentence) == named(catalogue("en")[code]), code
        assert sentence.strip() == sentence
        assert sentence.endswith((".", "。")), code
        assert "{" not in reason(code, POLICY, language)


def test_the_policys_own_figures_stand_in_the_sentence() -> None:
    assert "1440 minutes" in reason(TOO_LONG, POLICY, "en")
    assert "180 days" in reason(TOO_FAR, POLICY, "en")
    assert "from 08:00 to 18:30" in reason(OUTSIDE_HOURS, POLICY, "en")


@pytest.mark.parametrize(("tag", "language"), [("fr-CH", "fr"), ("pt_BR", "pt"), ("JA", "ja"), ("zh-Hans-CN", "zh")])
def test_the_language_is_the_requests(tag: str, language: str) -> None:
    assert reason(CONFLICT, GERMAN, tag) == catalogue(language)[CONFLICT]


@pytest.mark.parametrize("tag", ["", "xx", "../de", "en.json", "\0", "x" * 5_000, "{days}", "tlh-Latn"])
def test_without_a_language_of_ours_it_is_the_rooms(tag: str) -> None:
    assert reason(CONFLICT, GERMAN, tag) == catalogue("de")[CONFLICT]


def test_a_room_whose_language_nobody_speaks_answers_in_english() -> None:
    assert reason(CONFLICT, replace(POLICY, language="eo"), "") == catalogue("en")[CONFLICT]
    assert reason("requests.nonsense", POLICY, "de") == ""
