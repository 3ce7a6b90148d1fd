"""Invitations look like the services' own: what a join extractor needs is there, in their shapes."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from agent.demo.invitations import Delivery, Draft, Service, invitation
from agent.demo.invitations.ids import Ids, grouped
from agent.meetings.extract import Extractor
from agent.model.directory import Mailbox

ANN = Mailbox("Ann Lee", "ann.lee@contoso.example")
DRAFT = Draft(subject="Planning", organizer=ANN, start=datetime(2026, 11, 23, 17, tzinfo=UTC), seed="one")
ONLINE = [service for service in Service if service is not Service.NONE]

JOIN_LINKS = {
    Service.TEAMS: r"https://teams\.microsoft\.com/meet/\d{15}\?p=\w{18}",
    Service.ZOOM: r"https://contoso\.zoom\.us/j/[1-9]\d{10}\?pwd=\w{32}\.1",
    Service.WEBEX: r"https://contoso\.webex\.com/contoso/j\.php\?MTID=m[0-9a-f]{32}",
    Service.MEET: r"https://meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}",
    Service.SKYPE: r"https://meet\.contoso\.example/ann\.lee/[A-Z0-9]{8}",
}


def links(body: str | None) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', body or "")]


@pytest.mark.parametrize("service", ONLINE)
def test_the_body_links_to_the_meeting(service: Service) -> None:
    assert any(re.fullmatch(JOIN_LINKS[service], link) for link in links(invitation(service, DRAFT).body))


def test_a_meeting_in_person_has_no_link_and_no_property() -> None:
    received = invitation(Service.NONE, DRAFT)
    assert links(received.body) == []
    assert received.properties == {}


@pytest.mark.parametrize("classic", [False, True])
def test_teams_sets_its_property_to_the_long_link_of_its_body(classic: bool) -> None:
    received = invitation(
        Service.TEAMS, Draft(subject="A", organizer=ANN, start=DRAFT.start, seed="s", classic=classic)
    )
    url = received.properties["SkypeTeamsMeetingUrl"]
    assert isinstance(url, str)
    assert url.startswith("https://teams.microsoft.com/l/meetup-join/19%3ameeting_")
    assert url in links(received.body)


def test_skype_names_the_same_conference_in_all_its_properties() -> None:
    received = invitation(Service.SKYPE, DRAFT)
    key = str(received.properties["OnlineMeetingExternalLink"]).rpartition("/")[2]
    assert str(received.properties["OnlineMeetingConfLink"]).endswith(f"focus:id:{key}")
    number, _, conference = str(received.properties["ConferenceTelURI"]).removeprefix("tel:").partition(",,")
    assert f"Conference ID: {conference}" in (received.body or "")
    assert f"tel:{number}" in links(received.body)


def test_a_japanese_organizer_sends_japanese_labels() -> None:
    draft = Draft(subject="会議", organizer=ANN, start=DRAFT.start, seed="s", language="ja")
    assert "パスコード:" in (invitation(Service.TEAMS, draft).body or "")


@pytest.mark.parametrize("service", [Service.TEAMS, Service.ZOOM, Service.WEBEX, Service.MEET])
def test_safe_links_carry_the_link_they_replace(service: Service) -> None:
    sent = [link for link in links(invitation(service, DRAFT).body) if link.startswith("http")]
    rewritten = [
        link for link in links(invitation(service, DRAFT, Delivery.SAFE_LINKS).body) if link.startswith("http")
    ]
    assert all(urlsplit(link).hostname == "nam02.safelinks.protection.outlook.com" for link in rewritten)
    assert [parse_qs(urlsplit(link).query)["url"][0] for link in rewritten] == sent


def test_a_deleted_body_leaves_only_the_word_that_the_meeting_is_online() -> None:
    received = invitation(Service.WEBEX, DRAFT, Delivery.BODY_DELETED)
    assert (received.body, received.location, received.properties) == ("", None, {"IsOnlineMeeting": True})


@pytest.mark.parametrize("service", list(Service))
def test_what_the_organizer_typed_stays_text(service: Service) -> None:
    evil = "<script>alert(1)</script>"
    draft = Draft(subject=evil, organizer=Mailbox(evil, "eve@contoso.example"), start=DRAFT.start, seed=evil)
    assert "<script" not in (invitation(service, draft).body or "")


@pytest.mark.parametrize("service", ONLINE)
def test_the_seed_alone_decides_the_invented_numbers(service: Service) -> None:
    other = Draft(subject=DRAFT.subject, organizer=ANN, start=DRAFT.start, seed="two")
    assert invitation(service, DRAFT) == invitation(service, DRAFT)
    assert invitation(service, DRAFT).body != invitation(service, other).body


def test_numbers_are_grouped_with_the_last_size_repeated() -> None:
    assert grouped("123456789012", 3) == "123 456 789 012"
    assert grouped("12345678901", 3, 4) == "123 4567 8901"
    assert grouped("1234", 4, 3, 4) == "1234"


def test_invented_phone_numbers_come_from_the_range_kept_for_fiction() -> None:
    phones = [Ids(f"seed {number}").phone() for number in range(50)]
    assert all(re.fullmatch(r"[2-9]\d{2}55501\d{2}", phone) for phone in phones)


@pytest.mark.parametrize("service", ONLINE)
@pytest.mark.parametrize("delivery", [Delivery.INTACT, Delivery.SAFE_LINKS])
def test_the_products_own_extractor_finds_the_service(service: Service, delivery: Delivery) -> None:
    join = Extractor()(invitation(service, DRAFT, delivery)).join
    assert join is not None
    assert join.provider == service
    assert join.url in {
        *links(invitation(service, DRAFT).body),
        invitation(service, DRAFT).properties.get("SkypeTeamsMeetingUrl"),
    }
