import string

import pytest

from agent.model.join import NoJoinReason
from agent.model.sync import SIGN_IN_REFUSED
from agent.texts import catalogue, say

CATALOGUE = catalogue("en")


def test_every_sentence_has_a_title_for_the_screen_and_a_detail_for_a_technician() -> None:
    for code, texts in CATALOGUE.items():
        assert set(texts) == {"title", "detail"}, code
        assert len(texts["title"]) <= 45, code
        assert not texts["title"].endswith("."), code
        assert texts["detail"].endswith("."), code


def test_codes_that_stop_the_account_are_explained() -> None:
    assert set(CATALOGUE) >= SIGN_IN_REFUSED


def test_placeholders_are_filled() -> None:
    assert "7" in say("en", "calendar.items_skipped", "detail", count=7)
    named = {name for texts in CATALOGUE.values() for text in texts.values() for _, name, _, _ in
             string.Formatter().parse(text) if name}  # fmt: skip
    assert named == {
        "count", "date", "end", "host", "keys", "mailbox", "meeting", "part", "problem", "room", "source", "time",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "en-GB", "xx", "../en", "", "EN_us"])
def test_any_language_tag_finds_a_sentence(language: str) -> None:
    assert say(language, "calendar.unreachable") == "Calendar offline"


def test_a_code_nobody_wrote_about_is_shown_itself() -> None:
    assert say("en", "calendar.nonsense") == "calendar.nonsense"
    assert NoJoinReason.PRIVATE not in CATALOGUE
