import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from agent import wire
from agent.model.event import Response, Sensitivity, ShowAs
from agent.model.join import DialIn, JoinInfo, JoinOutcome, NoJoinReason
from agent.model.sync import SourceHealth
from agent.state.policy import RoomPolicy
from agent.state.project import Inputs, project, setup_state
from tests.builders import ZOOM, all_day, at, joinable, occurrence, policy, stored

NOW = at(9)
FRESH = SourceHealth(as_of=NOW, contact_since_start=True)


def shown(*entries: object, now: datetime = NOW, health: SourceHealth = FRESH, **rules: object) -> wire.RoomState:
    inputs = Inputs(policy=policy(**rules), entries=entries, health=health)  # type: ignore[arg-type]  # builders
    return project(inputs, now).state


def only(state: wire.RoomState) -> wire.Meeting:
    (meeting,) = state.meetings
    return meeting


def test_a_meeting_has_every_key_of_version_1_and_plain_json_values() -> None:
    state = shown(stored(occurrence("m", at(9), at(10)), joinable()))
    data = json.loads(json.dumps(wire.to_dict(state)))
    assert set(data) == {
        "version", "revision", "now", "room", "calendar", "availability", "meetings", "current", "next", "free_until",
        "inputs", "screen", "notices", "look", "commands",
    }  # fmt: skip
    assert set(data["look"]) == {"theme", "shift", "dim_from", "dim_until", "color", "logo", "background"}
    meeting = data["meetings"][0]
    assert set(meeting) == {
        "id", "subject", "organizer", "start", "end", "all_day", "private", "tentative", "free", "phase",
        "joinable_from", "conflict", "checked_in", "release_at", "join", "no_join_reason", "no_join",
        "actions", "extend_until", "pending",
    }  # fmt: skip
    assert set(meeting["join"]) == {
        "provider", "provider_name", "url", "meeting_id", "passcode", "sip", "h323", "dial_in", "trusted", "launcher",
        "alternatives",
    }  # fmt: skip
    assert (meeting["start"], meeting["phase"]) == ("2026-11-23T17:00:00Z", "now")
    assert (data["current"], data["availability"], data["free_until"]) == ("m", "busy", None)


def test_alternatives_carry_a_label_and_no_alternatives_of_their_own() -> None:
    second = JoinInfo(provider="webex", provider_name="Webex", url="https://acme.webex.com/meet/x")
    state = shown(stored(occurrence("m", at(9)), joinable(replace(ZOOM, alternatives=(second,)))))
    (other,) = wire.to_dict(state)["meetings"][0]["join"]["alternatives"]
    assert other["label"] == "Webex · acme.webex.com"
    assert "alternatives" not in other


def test_a_meeting_that_cannot_be_joined_says_what_helps_in_the_rooms_language() -> None:
    deleted = stored(occurrence("m", at(9)), JoinOutcome(None, NoJoinReason.BODY_DELETED))
    for language, title in (("en", "The invitation text was removed"), ("de", "Der Text der Einladung wurde entfernt")):
        cure = only(shown(deleted, language=language, mailbox="r@contoso.example")).no_join
        assert cure is not None
        assert cure.title == title
        assert cure.command == "Set-CalendarProcessing -Identity 'r@contoso.example' -DeleteComments $false"
    assert only(shown(stored(occurrence("m", at(9)), joinable()))).no_join is None


def test_all_day_meetings_have_dates_with_an_exclusive_end() -> None:
    meeting = only(shown(stored(all_day("fair", date(2026, 11, 23)))))
    assert (meeting.start, meeting.end) == ("2026-11-23", "2026-11-24")
    assert meeting.joinable_from == "2026-11-23T08:00:00Z"


def test_a_private_meeting_shows_neither_subject_nor_organizer() -> None:
    private = occurrence("secret", at(9), sensitivity=Sensitivity.PRIVATE)
    open_join = only(shown(stored(private, joinable())))
    assert (open_join.subject, open_join.organizer, open_join.private) == (None, None, True)
    assert open_join.join is not None
    closed = only(shown(stored(private, joinable()), private_join=False))
    assert (closed.join, closed.no_join_reason) == (None, "private")


def test_policy_organizer_hides_the_subject_and_busy_hides_numbers_too() -> None:
    info = replace(ZOOM, dial_in=(DialIn("+16505550100", "912"),))
    by_organizer = only(shown(stored(occurrence("m", at(9)), joinable(info)), show_subject="organizer"))
    assert (by_organizer.subject, by_organizer.organizer) == (None, "Ann Lee")
    busy = only(shown(stored(occurrence("m", at(9)), joinable(info)), show_subject="busy"))
    assert (busy.subject, busy.organizer) == (None, None)
    assert busy.join is not None
    assert (busy.join.meeting_id, busy.join.passcode, busy.join.dial_in) == (None, None, [])
    assert busy.join.url == ZOOM.url


def test_busy_tells_no_number_in_an_address_either_unless_it_is_the_only_way_in() -> None:
    other = JoinInfo(provider="webex", provider_name="Webex", url="https://acme.webex.com/m/1", passcode="pass-18")
    ways = replace(ZOOM, sip="912.pass-17@zoomcrc.com", h323="162.255.37.11##912", alternatives=(other,))
    join = only(shown(stored(occurrence("m", at(9)), joinable(ways)), show_subject="busy")).join
    assert join is not None
    assert (join.sip, join.h323, join.alternatives[0].passcode) == (None, None, None)
    by_sip = JoinInfo(provider="sip", provider_name="SIP", sip="board@contoso.example")
    only_way = only(shown(stored(occurrence("m", at(9)), joinable(by_sip)), show_subject="busy")).join
    assert only_way is not None
    assert only_way.sip == "board@contoso.example"


def test_private_comes_before_every_other_reason_and_only_where_it_closes_the_meeting() -> None:
    private = occurrence("m", at(9), sensitivity=Sensitivity.PRIVATE)
    deleted = JoinOutcome(None, NoJoinReason.BODY_DELETED)
    assert only(shown(stored(private, deleted), private_join=False)).no_join_reason == "private"
    assert only(shown(stored(private, deleted))).no_join_reason == "body_deleted"


def test_hidden_ways_are_left_out_of_the_alternatives_too() -> None:
    unknown = JoinInfo(provider="pexip", provider_name="Pexip", url="https://vc.pexip.example/1", known_host=False)
    entry = stored(occurrence("m", at(9)), joinable(replace(ZOOM, alternatives=(unknown,))))
    for rule, ways in (("confirm", [False]), ("hide", [])):
        join = only(shown(entry, untrusted=rule)).join
        assert join is not None
        assert [way.trusted for way in join.alternatives] == ways


def test_next_is_the_first_later_start_and_free_until_the_first_later_need_of_the_room() -> None:
    free = stored(occurrence("free", at(10), show_as=ShowAs.FREE))
    empty = shown(free, stored(occurrence("need", at(11))))
    assert (empty.current, empty.next, empty.free_until) == (None, "free", "2026-11-23T19:00:00Z")
    busy = shown(stored(occurrence("m", at(9), at(10))), stored(occurrence("need", at(11))))
    assert (busy.current, busy.next, busy.free_until) == ("m", "need", None)
    tomorrow = shown(stored(occurrence("m", at(9, day=24))))
    assert (tomorrow.next, tomorrow.free_until) == ("m", None)


def test_before_the_first_sync_ever_there_is_no_as_of_and_the_stored_list_keeps_its_own_afterwards() -> None:
    assert shown(health=SourceHealth()).calendar.as_of is None
    kept = shown(health=SourceHealth(as_of=NOW, code="calendar.unreachable", since=NOW)).calendar
    assert (kept.as_of, kept.stale) == ("2026-11-23T17:00:00Z", True)
    assert kept.problem is not None


@pytest.mark.parametrize(
    ("host", "rules", "trusted"),
    [
        ("meet.pexip.example", {}, False),
        ("meet.pexip.example", {"trusted_hosts": ("pexip.example",)}, True),
        ("evilpexip.example", {"trusted_hosts": ("pexip.example",)}, False),
        ("vc.contoso.example", {}, True),
    ],
)
def test_an_unknown_host_is_trusted_by_the_list_or_the_rooms_own_domain(
    host: str, rules: dict[str, Any], trusted: bool
) -> None:
    info = JoinInfo(provider="pexip", provider_name="Pexip", url=f"https://{host}/webapp/m/1", known_host=False)
    meeting = only(shown(stored(occurrence("m", at(9)), joinable(info)), **rules))
    assert meeting.join is not None
    assert meeting.join.trusted is trusted
    hidden = only(shown(stored(occurrence("m", at(9)), joinable(info)), untrusted="hide", **rules))
    assert hidden.no_join_reason == (None if trusted else "link_untrusted")
    assert (hidden.join is None) is not trusted


def test_the_reason_is_null_exactly_when_there_is_a_join() -> None:
    state = shown(
        stored(occurrence("a", at(9)), joinable()),
        stored(occurrence("b", at(10)), JoinOutcome(None, NoJoinReason.BODY_DELETED)),
    )
    assert [(m.join is None, m.no_join_reason) for m in state.meetings] == [(False, None), (True, "body_deleted")]


@pytest.mark.parametrize("change", [{"response": Response.TENTATIVE}, {"show_as": ShowAs.TENTATIVE}])
def test_tentative_is_the_rooms_answer_or_its_show_as(change: dict[str, Any]) -> None:
    assert only(shown(stored(occurrence("m", at(9), **change)))).tentative


def test_stale_before_the_first_contact_and_after_five_minutes_or_three_polls() -> None:
    def stale(age_s: float, **health: object) -> bool:
        value = SourceHealth(as_of=NOW - timedelta(seconds=age_s), contact_since_start=True)
        return shown(health=replace(value, **health)).calendar.stale  # type: ignore[arg-type]  # by name

    assert stale(0, contact_since_start=False)
    assert (stale(300), stale(301)) == (False, True)
    assert (stale(360, poll_interval_s=120), stale(361, poll_interval_s=120)) == (False, True)


def test_availability_is_unknown_before_the_first_sync_and_after_two_hours() -> None:
    assert shown(health=SourceHealth()).availability == "unknown"
    assert shown(health=SourceHealth(as_of=NOW - timedelta(hours=2))).availability == "free"
    late = shown(
        stored(occurrence("next", at(15))),
        health=SourceHealth(as_of=NOW - timedelta(hours=2, seconds=1)),
    )
    assert (late.availability, late.free_until, len(late.meetings)) == ("unknown", None, 1)


def test_a_failed_attempt_is_a_problem_and_a_notice_in_the_rooms_language() -> None:
    health = replace(FRESH, code="calendar.unreachable", since=at(8, 59))
    state = shown(health=health)
    assert state.calendar.problem is not None
    assert state.calendar.problem.code == "calendar.unreachable"
    assert [(n.code, n.severity, n.since) for n in state.notices] == [
        ("calendar.unreachable", "warning", "2026-11-23T16:59:00Z")
    ]
    assert state.notices[0].title
    assert state.notices[0].title != state.notices[0].code


def test_what_only_a_person_can_mend_is_an_error_and_the_list_stays() -> None:
    health = replace(FRESH, code="calendar.sign_in_failed", since=at(8, 59))
    state = shown(stored(occurrence("m", at(10))), health=health)
    assert [(n.code, n.severity) for n in state.notices] == [("calendar.sign_in_failed", "error")]
    assert (state.availability, len(state.meetings)) == ("free", 1)


def test_skipped_items_are_counted_in_a_notice() -> None:
    state = shown(health=replace(FRESH, skipped=2, skipped_since=NOW))
    assert state.notices[0].code == "calendar.items_skipped"
    assert "2" in state.notices[0].detail


def test_the_change_announced_is_when_the_calendar_grows_stale() -> None:
    projection = project(Inputs(policy=policy(), health=FRESH), NOW)
    assert projection.changes_at == NOW + timedelta(seconds=301)
    assert project(Inputs(policy=policy(), health=FRESH), projection.changes_at).state.calendar.stale


def test_a_box_nobody_set_up_shows_the_setup_screen() -> None:
    state = setup_state("en", NOW)
    assert (state.screen, state.meetings, state.notices[0].code) == ("setup", [], "setup.no_config")


def test_trust_ignores_case_and_dots_around_names() -> None:
    rules = RoomPolicy(name="", mailbox="r@Contoso.Example", timezone="UTC", trusted_hosts=(".Pexip.example.",))
    assert rules.trusts("a.pexip.example")
    assert rules.trusts("contoso.example")
    assert not rules.trusts("")
