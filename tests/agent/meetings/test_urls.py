"""Addresses are refused or rebuilt, never passed through."""

from __future__ import annotations

import pytest

from agent.meetings import urls
from agent.meetings.hosts import HostIndex


@pytest.mark.parametrize(
    ("text", "rebuilt"),
    [
        ("https://Zoom.US./j/1", "https://zoom.us/j/1"),
        ("https://zoom.us:443/j/1", "https://zoom.us/j/1"),
        ("https://zoom.us:8443/j/1", "https://zoom.us:8443/j/1"),
        ("https://zoom.us", "https://zoom.us/"),
        ("https://zoom.us/j/1?b=2&a=%2F#Frag", "https://zoom.us/j/1?b=2&a=%2F#Frag"),
        ('https://zoom.us/j/1?a="<é', "https://zoom.us/j/1?a=%22%3C%C3%A9"),
    ],
)
def test_a_good_address_is_rebuilt_from_its_parts(text: str, rebuilt: str) -> None:
    assert str(urls.parse(text)) == rebuilt


@pytest.mark.parametrize(
    "text",
    [
        "", "https://", "https:zoom.us/j/1", "https:/zoom.us/j/1", "https:///zoom.us/j/1",
        "https://u@zoom.us/", "https://u:p@zoom.us/", "https://zoom.us\\@e.example/", "https://zoom%2eus/",
        "https://xn--zom-hoa.us/", "https://zооm.us/", "https://zoom..us/", "https://localhost/",
        "https://[::1]/", "https://zoom.us:0/", "https://zoom.us:99999/", "https://zoom.us:8x/",
        "https://-zoom.us/", "https://zoom.us/a/../b", "https://zoom.us/a/%2E%2e/b", "javascript:alert(1)",
        "data:text/html,x", "file:///etc/passwd", "ftp://zoom.us/", "mailto:a@b.example",
        "https://zoom.us/" + "a" * 20_000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    assert urls.parse(text) is None


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("zoom.us", ["exact"]),
        ("us02web.zoom.us", ["below"]),
        ("evilzoom.us", []),
        ("zoom.us.evil.example", []),
        ("zoom.us.com", []),
        ("www.google.de", ["country"]),
        ("www.google.co.uk", ["country"]),
        ("www.google.com", ["country"]),
        ("www.google.evil.example", []),
        ("x.www.google.com", []),
    ],
)
def test_hosts_match_whole_or_by_dot_suffix(host: str, found: list[str]) -> None:
    index = HostIndex([("zoom.us", "exact"), ("*.zoom.us", "below"), ("www.google.*", "country")])

    assert index.find(host) == found
