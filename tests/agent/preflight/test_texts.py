"""Every code of the preflight has its sentences, in every language, and no sentence is left over."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import agent.preflight
from agent.preflight.network.each import NETWORKS_OWN
from agent.texts import catalogue as source_texts

FOLDER = Path(agent.preflight.__file__).parent
CODE = re.compile(r"(?:preflight|network|account|ews|graph|mailbox|directory|service|processing|expiry)\.[a-z0-9_]+")
LANGUAGES = ("en", "de", "ar")


@cache
def sentences(language: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((FOLDER / "texts" / f"{language}.json").read_text("utf-8"))
    return found


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def elsewhere(tree: ast.AST) -> Iterator[str]:
    """What looks like a code and is none: names of facts, of checks, of events in the log, starts of codes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            yield from strings(node.slice)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id in ("id", "needs", "IN_VAIN", "_OURS") for each in targets):
                yield from strings(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("debug", "info", "warning", "error", "exception", "get", "startswith"):
                yield from strings(node)
        elif isinstance(node, ast.keyword) and node.arg in ("id", "needs"):
            yield from strings(node.value)


@cache
def codes() -> tuple[frozenset[str], frozenset[str]]:
    """Codes that are certainly used, and everything that looks like one."""
    certain: set[str] = set()
    all_: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found = set(strings(tree))
        all_ |= found
        certain |= found - set(elsewhere(tree))
    return frozenset(certain), frozenset(all_)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentences(language: str) -> None:
    known = set(sentences(language)) | set(source_texts("en"))

    assert sorted(codes()[0] - known) == []
    assert [code for code, text in sentences(language).items() if not text["title"] or not text["detail"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_over(language: str) -> None:
    assert sorted(set(sentences(language)) - codes()[1]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_in_the_same(language: str) -> None:
    def placeholders(text: dict[str, str]) -> tuple[bool, set[str]]:
        return bool(text["cure"]), set(re.findall(r"\{\w*\}", json.dumps(text)))

    english = sentences("en")
    assert set(sentences(language)) == set(english)
    assert {code: placeholders(text) for code, text in sentences(language).items()} == {
        code: placeholders(text) for code, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_in_the_three_fields(language: str) -> None:
    assert {tuple(text) for text in sentences(language).values()} == {("title", "detail", "cure")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["mailbox.calendar", "directory.room_lists", "account.single_owner"])
def test_a_number_that_may_be_one_has_no_word_behind_it_that_would_have_to_agree(language: str, code: str) -> None:
    said = sentences(language)[code].values()

    assert [text for text in said if re.search(r"\{(?:count|lists|rooms)\} *\w", text)] == []


def test_every_check_of_the_network_is_in_the_technicians_page() -> None:
    page = (FOLDER.parent.parent / "deploy" / "docs" / "doctor.md").read_text("utf-8")
    ours = {code for code in sentences("en") if code.startswith(("network.", "account.secret"))}

    assert sorted(code for code in ours if f"`{code}`" not in page) == []


def test_what_is_the_networks_own_is_a_code_that_there_is() -> None:
    assert set(sentences("en")) >= NETWORKS_OWN
