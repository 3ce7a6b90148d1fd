"""What is told of a script error holds nothing that was on the screen."""

from __future__ import annotations

import time

import pytest

from agent.state.page_errors import LONGEST, MOST_TOLD, PageErrors, told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "TypeError: Cannot read properties of undefined (reading 'subject')",
            "TypeError: Cannot read properties of undefined (reading 'subject')",
        ),
        ("Error: x at http://127.0.0.1:8080/static/js/main.js:12:5", "Error: x at static/js/main.js:12:5"),
        ("Error: x at http://[::1]:8080/static/js/main.js?a=b", "Error: x at [address]"),
        ("Error: https://zoom.us/j/912?pwd=secret failed", "Error: [address] failed"),
        ("Error: mailto ann@contoso.example", "Error: mailto [address]"),
        ("""SyntaxError: Unexpected token 'D', "Design "x" review" is not JSON""",
         "SyntaxError: Unexpected token 'D', [quoted] is not JSON"),
        ("Error: \u201eLayoffs\u201c in \u00abB\u00bb", "Error: [quoted]"),
        ("Error: 'two words' and \"open end", "Error: [quoted] and [quoted]"),
        ("Error:\nR\u00e4ume\x1b[2J\x00 x", "Error: R ume [2J x"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_error_is_told_without_quotations_and_addresses(text: str, line: str) -> None:
    assert told(text) == line


def test_a_line_is_short() -> None:
    assert len(told("Error: " + "x" * 100_000)) == LONGEST


@pytest.mark.parametrize("piece", ["x", "@", ":", "/", '"', "'", "' ", "http://", "a@"])
def test_a_nasty_text_ends_soon(piece: str) -> None:
    begun = time.monotonic()
    for _ in range(50):  # as many as a report may hold
        told(piece * 10_000)
    assert time.monotonic() - begun < 2


def test_each_is_told_once_and_not_too_many() -> None:
    errors = PageErrors()
    assert errors.take(["Error: a", "Error: a", "Error: b"]) == ("Error: a", "Error: b")
    assert errors.take(["Error: a"]) == ()
    assert len(errors.take(f"Error: {n}" for n in range(100))) == MOST_TOLD - 2
    assert errors.total == 104
