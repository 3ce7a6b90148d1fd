"""Of an endless body the beginning and the end are read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.meetings import limits
from agent.meetings.budget import affordable, of_markup, of_text
from agent.meetings.extract import extract
from agent.model.event import Invitation

_LINK = "https://zoom.us/j/81234567890?pwd=x"
_WORDS = f"Join: {_LINK}\nMeeting ID: 812 3456 7890\nPasscode: 428913\n"
_MAIL = f'<p><a href="{_LINK}">Join</a><br>Meeting ID: 812 3456 7890<br>Passcode: 428913</p>'
_FLOODS = {
    "prose": "so it goes on and on and ",
    "links": "> https://contoso.example/doc?x=1\n",
    "tags": "<p><b>x</b></p>",
    "anchors": '<a href="https://contoso.example/">x</a>',
    "references": "&lt;",
}


@pytest.mark.parametrize("invitation", [_WORDS, _MAIL], ids=["text", "markup"])
@pytest.mark.parametrize("flood", sorted(_FLOODS))
@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
def test_an_invitation_at_either_end_is_found_whole(flood: str, invitation: str, *, before: bool) -> None:
    much = _FLOODS[flood] * (900_000 // len(_FLOODS[flood]))

    join = extract(Invitation(body=f"{much}\n{invitation}" if before else f"{invitation}\n{much}")).join

    assert join is not None
    assert (join.url, join.meeting_id, join.passcode) == (_LINK, "81234567890", "428913")


def test_a_mail_of_a_hundred_pages_is_read_whole() -> None:
    page = "<p class=MsoNormal><span lang=EN style='color:black'>" + "word " * 12 + "<o:p></o:p></span></p>\n"
    mail = page * 2_000
    text = ("word " * 12 + "\n") * 2_000

    assert affordable(mail, of_markup, limits.MARKUP, "<") == (len(mail), len(mail))
    assert affordable(text, of_text, limits.TEXT, "\n") == (len(text), len(text))


def test_what_is_kept_costs_no_more_than_the_budget() -> None:
    text = "x " * 500_000

    head, tail = affordable(text, of_text, 60_000, " ")

    assert 30_000 < head <= 40_000
    assert 0 < len(text) - tail <= 20_000
    assert head < tail


@pytest.mark.parametrize(("body", "costs", "seams"), [(_WORDS, of_text, " \n"), (_MAIL, of_markup, "<")])
def test_no_link_is_cut_in_two(body: str, costs: Callable[[str], int], seams: str) -> None:
    """A number cut short would be another meeting's."""
    for shift in range(0, len(body), 7):
        text = "x" * shift + body * 1_000

        head, tail = affordable(text, costs, 50_000, seams)

        assert 0 < head < tail < len(text)
        assert text[head] in seams
        assert text[tail] in seams
