"""`[[join.rules]]`: services that an administrator adds."""

from __future__ import annotations

import pytest

from agent.meetings.conferences.own import OwnRule
from agent.meetings.extract import EXTRACTOR_VERSION, Extractor
from agent.model.event import Invitation
from agent.model.join import JoinInfo

_BOARD = OwnRule(name="Boardroom", provider="boardroom", hosts=("meet.contoso.example",), path="/r/{id}/{passcode}")


def _joined(body: str, *rules: OwnRule) -> JoinInfo | None:
    return Extractor(rules)(Invitation(body=body, body_type="text")).join


def test_a_path_gives_id_and_passcode() -> None:
    join = _joined("Join: https://meet.contoso.example/r/4711/s3cret", _BOARD)

    assert join is not None
    assert (join.provider, join.provider_name, join.meeting_id, join.passcode) == (
        "boardroom",
        "Boardroom",
        "4711",
        "s3cret",
    )
    assert join.known_host


@pytest.mark.parametrize(
    "link",
    [
        "https://meet.contoso.example/r/4711",
        "https://meet.contoso.example/r/4711/s3cret/more",
        "https://meet.contoso.example/x/4711/s3cret",
        "https://meet.contoso.example.evil.example/r/4711/s3cret",
        "https://evil.example/meet.contoso.example/r/4711/s3cret",
        "http://user@meet.contoso.example/r/4711/s3cret",
    ],
)
def test_what_a_rule_does_not_fit_is_no_join_link(link: str) -> None:
    assert _joined(f"Join: {link}", _BOARD) is None


def test_names_below_the_host_count() -> None:
    join = _joined("https://eu.meet.contoso.example/r/1/2", _BOARD)

    assert join is not None
    assert join.url == "https://eu.meet.contoso.example/r/1/2"


def test_hosts_of_a_known_service_bring_its_paths_and_labels() -> None:
    rule = OwnRule(name="Our Pexip", provider="pexip", hosts=("vc.contoso.example",))

    join = _joined("https://vc.contoso.example/webapp/conference/daily", rule)

    assert join is not None
    assert (join.provider, join.provider_name, join.known_host) == ("pexip", "Our Pexip", True)
    assert _joined("https://vc.contoso.example/about", rule) is None


def test_a_bare_host_of_an_unknown_service_takes_any_path_but_the_front_page() -> None:
    rule = OwnRule(name="Acme", provider="acme", hosts=("acme.contoso.example",))

    assert _joined("https://acme.contoso.example/any/thing?x=1", rule) is not None
    assert _joined("https://acme.contoso.example/", rule) is None


def test_an_address_in_the_sip_domain_is_dialled_and_a_printed_id_can_be() -> None:
    rule = OwnRule(
        name="Acme", provider="acme", hosts=("acme.contoso.example",), path="/{id}", sip_domain="vc.acme.example"
    )

    by_address = _joined("Dial in: daily@vc.acme.example", rule)
    by_link = _joined("https://acme.contoso.example/4711", rule)

    assert by_address is not None
    assert (by_address.provider, by_address.sip) == ("acme", "daily@vc.acme.example")
    assert by_link is not None
    assert (by_link.sip, by_link.sip_direct) == (None, "4711@vc.acme.example")


def test_the_first_rule_that_fits_wins() -> None:
    second = OwnRule(name="Second", provider="second", hosts=("meet.contoso.example",))

    join = _joined("https://meet.contoso.example/r/4711/s3cret", _BOARD, second)

    assert join is not None
    assert join.provider == "boardroom"


def test_stored_invitations_are_read_again_when_rules_change() -> None:
    versions = {Extractor().version, Extractor([_BOARD]).version, Extractor([_BOARD, _BOARD]).version}

    assert len(versions) == 3
    assert all(version.startswith(EXTRACTOR_VERSION) for version in versions)
