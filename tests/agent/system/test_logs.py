import logging
from collections.abc import Iterator

import pytest
import structlog

from agent.system import logs


@pytest.fixture(autouse=True)
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = (logging.root.handlers[:], logging.root.level)
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    yield
    logging.root.handlers[:], level = before[0], before[1]
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic c2VjcmV0",
        "authorization=Bearer c2VjcmV0",
        "client_secret=c2VjcmV0&grant_type=x",
        '{"password": "c2VjcmV0"}',
        "https://zoom.us/j/1?pwd=c2VjcmV0",
        "Set-Cookie: c2VjcmV0; path=/",
    ],
)
def test_values_named_like_secrets_are_redacted(text: str) -> None:
    assert "c2VjcmV0" not in logs.redact(text)


def test_events_are_lines_with_fields_and_control_characters_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    structlog.get_logger("agent.test").info("sync.done", added=3, text="a\x1b[31m\nWARNING forged")
    (line,) = capsys.readouterr().err.splitlines()
    assert "sync.done" in line
    assert "added=3" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("journal", [False, True])
def test_what_a_library_quotes_begins_no_line_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, journal: bool
) -> None:
    if journal:
        monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    logs.configure("info")
    logging.getLogger("exchangelib").warning("the server said %s", "no\r\n<2>part.ended forged\n")
    (line,) = capsys.readouterr().err.splitlines()
    assert "the server said no" in line


def test_libraries_that_print_headers_stay_silent_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")
    for name in logs.TALKATIVE:
        logging.getLogger(name).info("Authorization: Basic c2VjcmV0")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("journal", [False, True])
def test_of_an_exception_type_and_place_are_told_in_the_events_line_and_none_of_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, journal: bool
) -> None:
    if journal:
        monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    logs.configure("info")
    try:
        int("MARKED subject")
    except ValueError:
        structlog.get_logger("agent.test").exception("ours.failed")
        logging.getLogger("uvicorn.error").exception("theirs failed")
    ours, theirs = capsys.readouterr().err.splitlines()
    for line in (ours, theirs):
        assert "MARKED" not in line
        assert "ValueError" in line
        assert "system/test_logs.py:" in line


def test_the_journal_gets_priorities(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    logs.configure("info")
    structlog.get_logger("agent.test").error("part.ended", part="sync")
    printed = capsys.readouterr().err
    assert printed.startswith("<3>")
    assert "part=sync" in printed
