"""Whatever the text: no exception, the same answer twice, bounded output, linear work."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.meetings.candidates import PROPERTIES
from agent.meetings.extract import extract
from agent.model.event import Invitation
from tests.fuzz.invariants import check

_FRAGMENTS = st.sampled_from(
    [
        "https://zoom.us/j/81234567890?pwd=x", "https://teams.microsoft.com/meet/2719561468951?p=Abc",
        "zoommtg://zoom.us/join?confno=", "https://nam01.safelinks.protection.outlook.com/?url=",
        "https%3A%2F%2Fmeet.google.com%2Fabc-defg-hij", "<a href=", '"', ">", "</a>", "<s>", "</s>",
        "<!--", "-->", "<script>", "<div style='display:none'>", "&amp;", "&#x", "&#8203;", "=3D", "=\n",
        "\n", " ", "<", "Meeting ID: ", "812 3456 7890", "Passcode:", "会议 ID：", "From: x\nSent: y\n",
        "-----Original Message-----", "+1 425 555 0199", ",,123#", "PIN", "sip:", "a@b.example", "##",
        "192.0.2.8", "\u202e", "\u200b", "\ufffc", "\ud800", "%", "\\", "@", "xn--", "__;JS!!$", "___",
        "urldefense.com/v3/__", "İ", "e\u0301", "\x00",
    ]
)  # fmt: skip
_TEXT = st.one_of(st.text(max_size=400), st.lists(st.one_of(_FRAGMENTS, st.text(max_size=8)), max_size=40).map("".join))
_INVITATIONS = st.builds(
    Invitation,
    subject=st.none() | _TEXT,
    location=st.none() | _TEXT,
    body=st.none() | _TEXT,
    body_type=st.sampled_from(["html", "text", ""]),
    properties=st.dictionaries(
        st.sampled_from([*PROPERTIES, "IsOnlineMeeting", "ConferenceTelURI", "OnlineMeetingTollNumber"]),
        st.none() | st.booleans() | _TEXT,
        max_size=4,
    ),
)


@given(_INVITATIONS)
@settings(max_examples=300, deadline=None)
def test_any_invitation_keeps_every_promise(invitation: Invitation) -> None:
    check(invitation)


_THREAD = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_OGNlYTM2MzItOTMyZC00MTcy"
_HOSTILE: dict[str, Callable[[int], str]] = {
    "one giant word": lambda size: "a" * size,
    "brackets that never close": lambda size: "<https://x\n" * (size // 11),
    "links of one host": lambda size: "".join(f"https://zoom.us/j/{900000000 + n}\n" for n in range(size // 28)),
    "links on one line": lambda size: "<a href=x>" * (size // 10),
    "open elements and end tags of others": lambda size: "<p>" + "<font></b>" * (size // 10),
    "end tags that close nothing": lambda size: "<b><div>" + "<span>" * 100 + "</b>" * (size // 4),
    "labels without values": lambda size: "Meeting ID: " * (size // 12),
    "dots": lambda size: "a." * (size // 2),
    "digits": lambda size: "1 " * (size // 2),
    "long telephone numbers": lambda size: ("+1" + "5" * 48) * (size // 50),
    "wrappers that never end": lambda size: ("https://urldefense.com/v3/" + "_" * 12_000 + "\n") * (size // 12_000),
    "entities": lambda size: "&amp;" * (size // 5),
    "soft line breaks": lambda size: "=3D=\n" * (size // 5),
    "ruled lines below a Teams link": lambda size: f"<p>{_THREAD}0 " + "<hr>x" * (size // 5),
    "Teams links by number and by thread in turn": lambda size: "".join(
        f"https://teams.microsoft.com/meet/{10**11 + n} Meeting ID: {10**11 + n} {_THREAD}{n}\n"
        for n in range(size // 180)
    ),
    "video instructions": lambda size: (
        f"{_THREAD}0\n" + "https://vc.example/teams/?conf=123456 a@vc.example\n" * (size // 52)
    ),
    "runs of opening brackets": lambda size: "<p>" + "<" * size,
    "headers of quoted mails": lambda size: "From: x\n" * (size // 8),
}


@pytest.mark.parametrize("name", sorted(_HOSTILE))
def test_four_times_the_text_takes_about_four_times_the_work(name: str) -> None:
    small, large = (Invitation(body=_HOSTILE[name](size)) for size in (100_000, 400_000))
    extract(small)

    ratio = min(_cpu(large) for _ in range(2)) / max(min(_cpu(small) for _ in range(3)), 0.004)

    assert ratio < 9  # 16 if it were quadratic


def _cpu(invitation: Invitation) -> float:
    start = time.process_time()
    extract(invitation)
    return time.process_time() - start
