"""`room-agent join-info`, both forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from agent.errors import UsageError
from agent.meetings.case_format import join_info_jsonl
from agent.meetings.conferences.own import OwnRule
from agent.meetings.extract import Extractor, extract
from agent.meetings.report import Asked, join_info_report

_ZOOM = "https://zoom.us/j/81234567890?pwd=x"


def _lines(*lines: str) -> tuple[int, list[dict[str, object]]]:
    written: list[str] = []
    status = join_info_jsonl(lines, written.append, extract)
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in written)
    return status, [json.loads(line) for line in written]


def test_a_good_line_gives_every_key() -> None:
    status, (answer,) = _lines(json.dumps({"id": "a", "body": _ZOOM, "body_type": "text", "properties": {}}) + "\n")

    assert status == 0
    assert answer == {
        "id": "a",
        "joinable": True,
        "provider": "zoom",
        "url": _ZOOM,
        "meeting_id": "81234567890",
        "passcode": None,
        "sip": None,
        "h323": None,
        "dial_in": [],
        "trusted": True,
        "sip_direct": None,
        "alternatives": [],
        "no_join_reason": None,
    }


def test_nothing_to_join_gives_nulls_and_the_reason() -> None:
    status, (answer,) = _lines('{"id": 7, "subject": null, "body": "Lunch"}')

    assert status == 0
    assert (answer["id"], answer["joinable"], answer["provider"], answer["dial_in"]) == (7, False, None, [])
    assert answer["no_join_reason"] == "not_online"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "x",
        "[]",
        "1",
        '"a"',
        "null",
        '{"id": "a"',
        "[" * 200_000,
        '{"id": "a\udcff"}',
        '{"n": ' + "1" * 5000 + "}",
    ],
)
def test_a_bad_line_is_answered_in_place_and_fails_at_the_end(line: str) -> None:
    status, answers = _lines('{"id": "before"}', line, '{"id": "after"}')

    assert status == 1
    assert [answer["id"] for answer in answers] == ["before", None, "after"]
    assert answers[1].keys() == {"id", "joinable", "error"}
    assert answers[1]["joinable"] is False


@pytest.mark.parametrize(
    "member",
    [
        '"body": 5',
        '"body": ["x"]',
        '"properties": [1]',
        '"properties": {"SkypeTeamsMeetingUrl": 5}',
        '"subject": {}',
        '"body": "\\ud800"',
    ],
)
def test_members_of_other_types_count_as_absent(member: str) -> None:
    status, (answer,) = _lines(f'{{"id": "a", {member}}}')

    assert (status, answer["id"], answer["joinable"]) == (0, "a", False)


def test_answers_come_line_by_line() -> None:
    written: list[str] = []

    def lines() -> Iterator[str]:
        yield '{"id": "1"}'
        assert len(written) == 1
        yield '{"id": "2"}'

    join_info_jsonl(lines(), written.append, extract)

    assert len(written) == 2


def _report(name: str, content: bytes) -> str:
    written: list[str] = []
    assert join_info_report(name, content, written.append) == 0
    return "".join(written)


def test_the_report_says_what_was_taken_and_why_not_the_others() -> None:
    case = {
        "location": "https://contoso.webex.com/meet/pat",
        "body": f"{_ZOOM}\nhttps://zoom.us/rec/play/x\nhttps://zoom.us@evil.example/j/1",
    }

    report = _report("case.json", json.dumps(case).encode())

    assert report.startswith("Can be joined: Webex\n")
    assert "Why this one:      it stands in the location" in report
    assert (
        f"  1. Zoom: somebody pasted it into the body; what Outlook adds by itself steps back\n     body: {_ZOOM}"
        in report
    )
    assert "https://zoom.us/rec/play/x\n     a page of a known service, but not one that joins a meeting" in report
    assert "https://zoom.us@evil.example/j/1\n     not an address that a browser is given" in report


def test_the_report_shows_what_the_browser_opens_and_every_number() -> None:
    body = f"{_ZOOM}\nMeeting ID: 812 3456 7890\nPasscode: 428913\nDial: +1 650 555 0100, code 81234567890#"

    report = _report("case.json", json.dumps({"body": body}).encode())

    assert f"Link:              {_ZOOM}" in report
    assert "Browser opens:     https://app.zoom.us/wc/join/81234567890?pwd=x" in report
    assert "Passcode:          428913" in report
    assert "Phone:             +16505550100, code 81234567890" in report
    assert "Trusted:           yes, zoom.us is a known host" in report


def test_a_meeting_that_cannot_be_joined_comes_with_its_cure_and_the_command() -> None:
    case = {"body": "", "properties": {"IsOnlineMeeting": True}}
    written: list[str] = []

    join_info_report("case.json", json.dumps(case).encode(), written.append, Asked(mailbox="o'hare@contoso.example"))

    report = "".join(written)
    assert "(body_deleted)" in report
    assert "What helps: " in report
    assert "Set-CalendarProcessing -Identity 'o''hare@contoso.example' -DeleteComments $false" in report


def test_rules_of_the_administrator_count_and_are_named() -> None:
    rule = OwnRule(name="Boardroom", provider="pexip", hosts=("vc.contoso.example",), path="/room/{id}")
    written: list[str] = []

    join_info_report(
        "a.txt", b"https://vc.contoso.example/room/4711", written.append, Asked(extractor=Extractor([rule]))
    )

    assert written[0] == "Can be joined: Boardroom\n"
    assert "  Meeting ID:        4711\n" in written


def test_a_mail_file_is_read_with_its_encodings() -> None:
    mail = (
        b"Subject: =?utf-8?q?Gespr=C3=A4ch?=\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b'<p><a href=3D"https://zoom.us/j/81234567890?pwd=3Dx">Join</a></p>\r\n'
    )

    assert f"Link:              {_ZOOM}" in _report("mail.eml", mail)


@pytest.mark.parametrize("name", ["page.html", "note.txt", "no-ending"])
def test_any_other_file_is_a_body(name: str) -> None:
    assert "Can be joined: Zoom" in _report(name, f"Join: {_ZOOM}".encode())
    assert "(not_online)" in _report(name, b"\xff\xfe\x00")


def test_foreign_text_cannot_steer_a_terminal() -> None:
    report = _report("case.json", json.dumps({"body": "Join https://zoom.us/rec/x\u00fc\u0301\u009b31m"}).encode())

    assert all(letter.isprintable() or letter == "\n" for letter in report)


def test_a_file_that_is_no_case_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"bad\.json"):
        join_info_report("bad.json", b"[]", print)


_PEXIP = '{"id": 1, "body": "https://vc.contoso.example/webapp/conference/dev"}'


def test_the_administrators_own_hosts_are_trusted() -> None:
    written: list[str] = []
    asked: list[str] = []

    join_info_jsonl([_PEXIP, _PEXIP.replace("vc.", "VC2.")], written.append, extract, _is("vc.contoso.example", asked))
    join_info_report("case.json", _PEXIP.encode(), written.append, Asked(trusts=_is("vc.contoso.example", asked)))

    assert [json.loads(line)["trusted"] for line in written[:2]] == [True, False]
    assert written[2] == "Can be joined: Pexip\n"
    assert set(asked) == {"vc.contoso.example", "vc2.contoso.example"}


def _is(trusted: str, asked: list[str]) -> Callable[[str], bool]:
    def trusts(host: str) -> bool:
        asked.append(host)
        return host == trusted

    return trusts
