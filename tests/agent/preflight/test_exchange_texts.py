"""The sentences about account and mailbox: in the administrator's page, and the same in every language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import agent.preflight

FOLDER = Path(agent.preflight.__file__).parent
FAMILIES = ("account.", "expiry.", "ews.", "graph.", "mailbox.", "processing.", "directory.", "service.")


def sentences(language: str) -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = json.loads((FOLDER / "texts" / f"{language}.json").read_text("utf-8"))
    return {code: text for code, text in known.items() if code.startswith(FAMILIES)}


def test_every_code_is_explained_in_a_page() -> None:
    pages = (FOLDER.parent.parent / "deploy" / "docs").glob("doctor*.md")
    said = "".join(page.read_text("utf-8") for page in pages)
    assert [code for code in sentences("en") if f"`{code}`" not in said] == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_language_fills_in_the_same(language: str) -> None:
    def shape(text: dict[str, str]) -> tuple[bool, set[str]]:
        return bool(text["cure"]), set(re.findall(r"\{\w*\}", json.dumps(text)))

    assert {code: shape(text) for code, text in sentences(language).items()} == {
        code: shape(text) for code, text in sentences("en").items()
    }


def test_only_new_meetings_are_promised_to_be_cured() -> None:
    for language, words in (
        ("en", "Only new meetings"),
        ("de", "nur neue Besprechungen"),
        ("ar", "الاجتماعات الجديدة"),
    ):
        cures = [text["cure"] for code, text in sentences(language).items() if code.startswith("processing.")]
        assert all(words in cure for cure in cures if cure)
