"""Pages that tell video systems how to dial: what they say about the text around them."""

from __future__ import annotations

import pytest

from agent.meetings import urls
from agent.meetings.interop import Instructions, read_instructions


def _read(address: str) -> Instructions | None:
    url = urls.parse(address)
    assert url is not None
    return read_instructions(url)


@pytest.mark.parametrize(
    ("address", "domains", "key"),
    [
        (
            "https://vc.contoso.example/teams/?conf=1184435512&ivr=Teams&d=contoso.example&ip=192.0.2.10",
            {"vc.contoso.example", "contoso.example"},
            "teams",
        ),
        ("https://pexip.me/teams/contoso.example/1184435512", {"pexip.me", "contoso.example"}, None),
        (
            "https://www.webex.com/msteams?confid=1184435512&tenantkey=contoso&domain=m.webex.com",
            {"www.webex.com", "m.webex.com"},
            "contoso",
        ),
        ("https://dialin.plcm.vc/teams/?key=914268821&conf=1184435512", {"dialin.plcm.vc"}, None),
    ],
)
def test_a_page_discloses_hosts_key_and_video_id(address: str, domains: set[str], key: str | None) -> None:
    assert _read(address) == Instructions(frozenset(domains), key, "1184435512")


@pytest.mark.parametrize(
    "address",
    [
        "https://vc.contoso.example/teams/",
        "https://vc.contoso.example/teams/?conf=abc",
        "https://vc.contoso.example/news/?conf=1184435512",
        "https://vc.contoso.example/",
    ],
)
def test_other_pages_disclose_nothing(address: str) -> None:
    assert _read(address) is None


def test_a_colleagues_mail_address_is_not_taken_for_the_key() -> None:
    text = "teams@contoso.example\nVideo: 118 443 551 2\n" + "." * 200 + "\nQuestions: ann@contoso.example"
    by_key = Instructions(frozenset({"contoso.example"}), "teams", "1184435512")
    by_number = Instructions(frozenset({"contoso.example"}), None, "1184435512")

    assert list(by_key.addresses(text)) == ["teams@contoso.example"]
    assert list(by_number.addresses(text)) == ["teams@contoso.example"]
