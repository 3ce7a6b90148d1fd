"""What a person types or pastes → how it is joined."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.meetings import limits
from agent.meetings.conferences.by_id import ID_FORMS, IdForm
from agent.meetings.conferences.own import OwnRule
from agent.meetings.extract import Extractor, extract
from agent.meetings.typed import typed_ways
from agent.meetings.urls import Url, parse
from agent.model.join import JoinInfo
from tests.agent.meetings.cases import INVITES, invitation
from tests.fuzz.invariants import check_join

_BOARD = OwnRule(name="Boardroom", provider="boardroom", hosts=("meet.contoso.example",), path="/r/{id}/{passcode}")
_PEXIP = OwnRule(name="Our VMR", provider="pexip", hosts=("vc.contoso.example",), path="/webapp/conference/{id}")
_OWN = Extractor([_BOARD, _PEXIP])

ZOOM, TEAMS, MEET = "https://zoom.us/j/", "https://teams.microsoft.com/meet/", "https://meet.google.com/abc-defg-hij"
NINE = ["https://zoom.us/j/123456789", "https://meet.goto.com/123456789", "https://vc.feishu.cn/j/123456789",
        "https://vc.larksuite.com/j/123456789"]  # fmt: skip
_THREAD = "/l/meetup-join/19%3ameeting_OGNlYTM2MzItOTMyZC00MTcy%40thread.v2/0"


def parsed(link: str) -> Url:
    url = parse(link)
    assert url is not None
    return url


def where(ways: tuple[JoinInfo, ...]) -> list[str | None]:
    return [way.url or way.sip or way.h323 for way in ways]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # links
        ("https://zoom.us/j/91234567890?pwd=x.1", [f"{ZOOM}91234567890?pwd=x.1"]),
        ("zoom.us/j/91234567890", [f"{ZOOM}91234567890"]),
        ("http://zoom.us/j/91234567890", [f"{ZOOM}91234567890"]),
        ("  Zoom.US/j/91234567890\n", [f"{ZOOM}91234567890"]),
        ("Join at <zoom.us/j/91234567890>, 9 o'clock.", [f"{ZOOM}91234567890"]),
        ("meet.google.com/abc-defg-hij", [MEET]),
        ("\u202ameet.google.com/abc-defg-hij\u202c", [MEET]),
        ("contoso.webex.com/meet/ann.lee", ["https://contoso.webex.com/meet/ann.lee"]),
        ("meet.jit.si/Daily", ["https://meet.jit.si/Daily"]),
        ("zoommtg://zoom.us/join?confno=91234567890&pwd=a", [f"{ZOOM}91234567890?pwd=a"]),
        (f"msteams:{_THREAD}", [f"https://teams.microsoft.com{_THREAD}"]),
        ("https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F91234567890&data=x",
         [f"{ZOOM}91234567890"]),
        ("nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F91234567890",
         [f"{ZOOM}91234567890"]),
        ("vc.fabrikam.example/webapp/conference/daily", ["https://vc.fabrikam.example/webapp/conference/daily"]),
        ("https://zoom.us/j/91234567890 or https://zoom.us/j/91234567891",
         [f"{ZOOM}91234567890", f"{ZOOM}91234567891"]),
        # ids
        ("912 3456 7890", [f"{ZOOM}91234567890"]),
        ("912-3456-7890", [f"{ZOOM}91234567890"]),
        ("912.3456.7890", [f"{ZOOM}91234567890"]),
        ("912\u20113456\u00a07890", [f"{ZOOM}91234567890"]),
        ("٩١٢ ٣٤٥٦ ٧٨٩٠", [f"{ZOOM}91234567890"]),
        ("９１２ ３４５６ ７８９０", [f"{ZOOM}91234567890"]),
        ("\U0001d7d7\U0001d7cf\U0001d7d034567890", [f"{ZOOM}91234567890"]),
        ("\u202e912 3456 7890", [f"{ZOOM}91234567890"]),
        ("📞 912 3456 7890 📞", [f"{ZOOM}91234567890"]),
        ("Meeting ID: 912 3456 7890", [f"{ZOOM}91234567890"]),
        ("Besprechungs-ID: 234 567 890 123 4", [f"{TEAMS}2345678901234"]),
        ("Zoom 912 3456 7890", [f"{ZOOM}91234567890"]),
        ("Zoom Meeting ID 912 345 6789", [f"{ZOOM}9123456789"]),
        ("234 567 890 123", [f"{TEAMS}234567890123"]),
        ("95432191385 18", ["https://teams.live.com/meet/9543219138518", f"{TEAMS}9543219138518"]),
        ("12345678901234", [f"{TEAMS}12345678901234", "https://telemost.yandex.ru/j/12345678901234"]),
        ("123-456-789", NINE),
        ("GoTo 123-456-789", NINE[1:2]),
        ("Access Code: 123-456-789", NINE[1:2]),
        ("RingCentral 123 456 789", ["https://v.ringcentral.com/join/123456789"]),
        ("#腾讯会议：123-456-789", ["https://meeting.tencent.com/p/123456789"]),
        ("abc-defg-hij", [MEET]),
        ("ABC DEFG HIJ", [MEET]),
        ("abcdefghij", [MEET]),
        ("Google Meet: abc-defg-hij", [MEET]),
        ("code abc-defg-hij", [MEET]),
        # addresses
        ("sip:Ann.Lee@Contoso.example", ["ann.lee@contoso.example"]),
        ("sips:ann@contoso.example;transport=tls", ["ann@contoso.example"]),
        ("ann.lee@contoso.example", ["ann.lee@contoso.example"]),
        ("91234567890.428913@zoomcrc.com", ["91234567890.428913@zoomcrc.com"]),
        ("SIP: daily@vc.contoso.example", ["daily@vc.contoso.example"]),
        ("192.0.2.8##4711", ["192.0.2.8##4711"]),
    ],
)  # fmt: skip
def test_this_is_recognised(text: str, expected: list[str]) -> None:
    assert where(typed_ways(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " \n", "\x00\x07", "\u202e\u2066", "😀", "😀" * 1000, "x" * 3000, f"{'x' * 2000} zoom.us/j/91234567890",
        # half typed
        "z", "zoom", "zoom.us", "zoom.us/", "zoom.us/j", "zoom.us/j/12", "https://", "https://zoom.us/j/12",
        "meet.google.com/abc-defg-h", "abc-defg-h", "912 3456", "sip:", "sip:ann", "ann@", "ann@contoso", "Zoom 912",
        # look-alikes and worse
        "zoom.us.evil.example/j/91234567890", "https://zoom.us@evil.example/j/91234567890",
        "zo\u043em.us/j/91234567890",
        "https://evil.example\\.zoom.us/j/91234567890", "https://xn--zom-jua.us/j/91234567890",
        "javascript:alert(1)//zoom.us/j/91234567890", "teams-microsoft.example/webapp/conference/daily",
        "ann@xn--contoso-9ya.example", "sip:ann@contoso.example;gruu;opaque=app:conf:focus:id:ABCD1234",
        # other numbers and words
        "+1 425 555 0199", "192.168.100.200", "2026-11-22 10:00", "Passcode: 123456789", "Conference ID: 123 456 789#",
        "Video ID: 123 456 789 0", "Host key: 1234567890", "see you at 912 3456 7890", "912 3456 7890 tomorrow",
        "Webex 2634 123 4567", "Webex meeting number: 2634 123 4567", "Teams 912 3456 789", "conference", "4711",
        "https://contoso.webex.com/nothing Meeting number: 2634 123 4567",
        "zoom.us/rec/play/91234567890", "example.com/j/91234567890",
    ],
)  # fmt: skip
def test_nothing_is_made_up(text: str) -> None:
    assert typed_ways(text) == ()


@pytest.mark.parametrize(
    ("text", "expected", "passcode"),
    [
        ("234 567 890 123 4 Ab3xYz", f"{TEAMS}2345678901234", "Ab3xYz"),
        ("Meeting ID: 234 567 890 123 4\nPasscode: VzTQFn", f"{TEAMS}2345678901234", "VzTQFn"),
        ("Meeting ID: 234 567 890 123 4 Ab3xYz", f"{TEAMS}2345678901234", "Ab3xYz"),
        ("912 3456 7890 428913", f"{ZOOM}91234567890", "428913"),
        ("91234567890#a!b", f"{ZOOM}91234567890", "a!b"),
        ("91234567890, passcode: Ab#1", f"{ZOOM}91234567890", "Ab#1"),
        ("91234567890 (password: 4711)", f"{ZOOM}91234567890", "4711"),
        ("91234567890\n4711", f"{ZOOM}91234567890", "4711"),
        ("91234567890 pw secret", f"{ZOOM}91234567890", "secret"),
        ("https://zoom.us/j/91234567890 Passcode: 4711", f"{ZOOM}91234567890", "4711"),
        ("BlueJeans 4711222#1234", "https://bluejeans.com/4711222/1234", "1234"),
        ("BlueJeans 4711222#word", "https://bluejeans.com/4711222", "word"),
    ],
)
def test_a_passcode_is_carried(text: str, expected: str, passcode: str) -> None:
    first = typed_ways(text)[0]

    assert (first.url, first.passcode) == (expected, passcode)


def test_a_pasted_invitation_is_read_as_one() -> None:
    text = (
        "Topic: Design review\nJoin Zoom Meeting\nhttps://us02web.zoom.us/j/91234567890?pwd=abc.1\n\n"
        "Meeting ID: 912 3456 7890\nPasscode: 428913\n\nJoin by SIP\n• 91234567890@zoomcrc.com\n"
    )

    (way,) = typed_ways(text)

    assert (way.provider, way.passcode, way.sip) == ("zoom", "428913", "91234567890@zoomcrc.com")
    assert way.url == "https://us02web.zoom.us/j/91234567890?pwd=abc.1"


@pytest.mark.parametrize(
    ("address", "provider", "name", "known"),
    [
        ("4711@zoomcrc.com", "zoom", "Zoom", True),
        ("4711@contoso.webex.com", "webex", "Webex", True),
        ("4711.contoso@m.webex.com", "microsoft-teams", "Microsoft Teams", True),
        ("daily@fabrikam.example", "sip", "SIP", False),
        ("4711@zoomcrc.com.evil.example", "sip", "SIP", False),
        ("sip:daily@fabrikam.example", "sip", "SIP", False),
        ("Join by SIP: daily@fabrikam.example", "sip", "SIP", False),
        ("daily@vc.contoso.example", "own", "Ours", True),
    ],
)
def test_an_address_is_called_by_its_domain(address: str, provider: str, name: str, known: bool) -> None:
    ours = Extractor([OwnRule(name="Ours", provider="own", sip_domain="vc.contoso.example")])

    (way,) = typed_ways(address, ours)

    assert (way.provider, way.provider_name, way.known_host, way.url) == (provider, name, known, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4711", ["https://vc.contoso.example/webapp/conference/4711"]),
        ("team-4711", ["https://vc.contoso.example/webapp/conference/team-4711"]),
        ("Our VMR 4711", ["https://vc.contoso.example/webapp/conference/4711"]),
        ("Boardroom 4711#s3cret", ["https://meet.contoso.example/r/4711/s3cret"]),
        ("4711 s3cret/../x", ["https://meet.contoso.example/r/4711/s3cret%2F..%2Fx",
                            "https://vc.contoso.example/webapp/conference/4711"]),
        ("4711#..", ["https://vc.contoso.example/webapp/conference/4711"]),
        ("912 3456 7890", ["https://vc.contoso.example/webapp/conference/91234567890", f"{ZOOM}91234567890"]),
        ("Zoom 912 3456 7890", [f"{ZOOM}91234567890"]),
        ("zoom.us/j/91234567890", [f"{ZOOM}91234567890"]),
        ("daily", []), ("47", []), ("zoom.us", []), ("2026-11-22 10:00", []), ("abc-defg-hij", [MEET]),
    ],
)  # fmt: skip
def test_the_administrators_services_take_ids_first(text: str, expected: list[str]) -> None:
    assert where(typed_ways(text, _OWN)) == expected


def test_a_rule_for_a_known_service_takes_only_what_can_be_its_id() -> None:
    ours = Extractor([OwnRule(name="Our Zoom", provider="zoom", hosts=("zoom.contoso.example",), path="/j/{id}")])

    assert where(typed_ways("912 3456 7890", ours))[0] == "https://zoom.contoso.example/j/91234567890"
    assert typed_ways("4711", ours) == ()


@pytest.mark.parametrize("form", ID_FORMS, ids=lambda form: form.link)
def test_every_form_makes_links_that_its_service_recognises(form: IdForm) -> None:
    text = next(text for text in ("abc-defg-hij", *("9" * n for n in range(9, 16))) if form.fits.fullmatch(text))

    found = [extract.recogniser.recognise(url, "") for url in form.links(text, "123456")]

    assert len(found) == (2 if form.with_passcode else 1)
    assert all(each is not None and each.known_host and each.conference.slug == form.slug for each in found)


def _links() -> list[str]:
    """Every link that an invitation we have yields."""
    shared = Path(os.environ.get("ROOM_AGENT_SHARED", Path(__file__).parents[4] / "shared"))
    cases = shared / "data" / "join" / "dev-cases.jsonl"
    lines = cases.read_text("utf-8").splitlines() if cases.is_file() else []
    texts = [path.read_text("utf-8") for path in sorted(INVITES.glob("*/*.json"))] + lines
    return [join.url for text in texts if (join := extract(invitation(json.loads(text))).join) is not None and join.url]


def test_every_link_that_an_invitation_yields_is_found_alone_too() -> None:
    for link in _links():
        service = typed_ways(f"Jitsi {link}")[0].provider
        by_words = service == "jitsi" and extract.recogniser.recognise(parsed(link), "") is None
        for text in (link, link.removeprefix("https://"), f"  Join here: {link}\n"):
            assert where(typed_ways(text)) == ([] if by_words else [link]), text


_FRAGMENTS = st.sampled_from(
    ["zoom.us/j/", "91234567890", "912 3456 7890", "https://", "meet.google.com/", "abc-defg-hij", "Meeting ID:", "#",
     "Passcode: ", "sip:", "ann@contoso.example", ".zoomcrc.com", "Teams ", "Webex ", "4711", " ", "\n", ",", "-", ".",
     "/", "?", "\\", "@", "%2e", "xn--", "\u202e", "\u200b", "\ufffc", "\ud800", "İ", "½", "ﷺ", "𝟗", "<a href=", ">",
     "{id}", "{passcode}", "%s", "+1 425 555 0199", ";gruu", "##"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(_FRAGMENTS | st.text(max_size=5), max_size=12).map("".join)))
@example("\ufdfa" * 2000)
@settings(max_examples=400, deadline=None)
def test_any_text_keeps_every_promise(text: str) -> None:
    for extractor in (extract, _OWN):
        ways = typed_ways(text, extractor)
        assert ways == typed_ways(text, extractor)
        assert len(ways) <= limits.TYPED_WAYS
        assert len(set(where(ways))) == len(ways)
        for way in ways:
            assert way.url or way.sip or way.h323
            assert way.alternatives == ()
            check_join(way)
            assert way.passcode is None or way.passcode.isprintable()


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1-",
        "a.",
        "a@",
        "a@b.",
        "1#",
        "Meeting ID: ",
        "pass ",
        "Zoom ",
        "abc-",
        "<",
        "https://x/",
        "\ufdfa",
        "\u0300",
        "<a href=x>",
        "1",
        "x",
        "sip:a@b.c;",
    ],
)
def test_the_longest_text_takes_no_time(piece: str) -> None:
    text = (piece * limits.TYPED)[: limits.TYPED]
    typed_ways(text, _OWN)
    start = time.process_time()
    typed_ways(text, _OWN)

    assert time.process_time() - start < 0.5
