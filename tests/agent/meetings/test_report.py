"""`room-agent join-info`, both forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from agent.errors import UsageError
from agent.meetings.report import join_info_jsonl, join_info_report

_ZOOM = "https://zoom.us/j/81234567890?pwd=x"


def _lines(*lines: str) -> tuple[int, list[dict[str, object]]]:
    written: list[str] = []
    status = join_info_jsonl(lines, written.append)
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

    join_info_jsonl(lines(), written.append)

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

    assert "Join with Webex" in report
    assert "taken: the location is typed by the organiser" in report
    assert "2. Zoom, not taken" in report
    assert "https://zoom.us/rec/play/x: no join link of a known service" in report
    assert "https://zoom.us@evil.example/j/1: not an address a browser is given" in report


def test_a_mail_file_is_read_with_its_encodings() -> None:
    mail = (
        b"Subject: =?utf-8?q?Gespr=C3=A4ch?=\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b'<p><a href=3D"https://zoom.us/j/81234567890?pwd=3Dx">Join</a></p>\r\n'
    )

    assert f"URL:               {_ZOOM}" in _report("mail.eml", mail)


@pytest.mark.parametrize("name", ["page.html", "note.txt", "no-ending"])
def test_any_other_file_is_a_body(name: str) -> None:
    assert "Join with Zoom" in _report(name, f"Join: {_ZOOM}".encode())
    assert "Cannot be joined: not_online" in _report(name, b"\xff\xfe\x00")


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

    join_info_jsonl([_PEXIP, _PEXIP.replace("vc.", "VC2.")], written.append, trusts=_is("vc.contoso.example", asked))
    join_info_report("case.json", _PEXIP.encode(), written.append, trusts=_is("vc.contoso.example", asked))

    assert [json.loads(line)["trusted"] for line in written[:2]] == [True, False]
    assert written[2] == "Join with Pexip\n"
    assert set(asked) == {"vc.contoso.example", "vc2.contoso.example"}


def _is(trusted: str, asked: list[str]) -> Callable[[str], bool]:
    def trusts(host: str) -> bool:
        asked.append(host)
        return host == trusted

    return trusts
