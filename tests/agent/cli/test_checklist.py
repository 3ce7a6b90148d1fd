"""The doctor's words for people: a line for each check as it is done, and what to do."""

from __future__ import annotations

import io
from typing import Any

import pytest

from agent.cli.checklist import Checklist


class Terminal(io.TextIOWrapper):
    """Where people look on; `shown` is everything that was written."""

    def __init__(self, *, tty: bool = True, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="replace", newline="\n")
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    @property
    def shown(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


def check(status: str = "pass", **more: Any) -> dict[str, Any]:
    plain = {"id": "network.dns", "status": status, "code": "network.dns", "title": "Names are found", "detail": "",
             "cure": "", "who": None, "command": None}  # fmt: skip
    return plain | more


BAD = check(
    "fail",
    id="network.tls",
    code="network.tls_name",
    title="The certificate is for another name",
    detail="What answers there has another name.",
    cure="Use the name that is in the certificate.",
    who="exchange-admin",
    command="Get-ExchangeCertificate |\n  Format-List Subject",
)


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize(("status", "mark"), [("pass", "✓"), ("warn", "!"), ("fail", "✗"), ("skipped", "–")])
def test_a_check_is_a_line_with_its_mark(status: str, mark: str) -> None:
    out = Terminal(tty=False)
    Checklist(out).tell(check(status, detail="mail (10.0.0.5)" if status == "pass" else ""))

    assert out.shown.startswith(f"{mark} network.dns  ")
    assert out.shown.endswith("Names are found: mail (10.0.0.5)\n" if status == "pass" else "Names are found\n")


def test_into_a_file_go_no_colours_and_nothing_that_is_still_being_done() -> None:
    out = Terminal(tty=False)
    checklist = Checklist(out)
    checklist.begin("network.dns")
    checklist.tell(check())
    checklist.clear()

    assert "\x1b" not in out.shown
    assert out.shown.count("network.dns") == 1


def test_on_a_terminal_what_is_being_done_is_shown_until_it_is_done() -> None:
    out = Terminal()
    checklist = Checklist(out)
    checklist.begin("network.dns")
    assert out.shown == "\r\x1b[K\x1b[2m… network.dns\x1b[0m"
    checklist.tell(check())

    assert out.shown.split("\x1b[K")[-1] == "\x1b[32m✓\x1b[0m network.dns              Names are found\n"


def test_a_line_is_never_wider_than_the_terminal() -> None:
    out = Terminal()
    Checklist(out, colors=False).tell(check(detail="x" * 200))

    assert len(out.shown.rstrip("\n").removeprefix("\r\x1b[K")) <= 80
    assert "…" in out.shown


def test_colours_can_be_forbidden() -> None:
    out = Terminal()
    Checklist(out, colors=False).tell(BAD)

    assert "\x1b[31m" not in out.shown


def test_the_end_says_what_it_means_what_to_do_and_who_can_do_it() -> None:
    out = Terminal(tty=False)
    Checklist(out).summary([check(), BAD, check("warn", title="It ends soon"), check("skipped")], "en")

    assert out.shown == (
        "\n"
        "✗ The certificate is for another name\n"
        "  What answers there has another name.\n"
        "  To do (Exchange administrator): Use the name that is in the certificate.\n"
        "  In PowerShell:\n"
        "    Get-ExchangeCertificate |\n"
        "      Format-List Subject\n"
        "  [network.tls, network.tls_name]\n"
        "\n"
        "! It ends soon\n"
        "  [network.dns]\n"
        "\n"
        "1 passed, 1 with a warning, 1 failed, 1 not checked.\n"
    )


def test_it_speaks_the_rooms_language() -> None:
    out = Terminal(tty=False)
    Checklist(out).summary([check(), BAD], "de-CH")

    assert "Zu tun (Exchange-Administration): " in out.shown
    assert out.shown.endswith("1 bestanden, 1 nicht bestanden.\n")


def test_a_terminal_without_these_signs_gets_others() -> None:
    out = Terminal(tty=False, encoding="latin-1")
    Checklist(out).tell(check("fail"))

    assert out.shown.startswith("x network.dns")
