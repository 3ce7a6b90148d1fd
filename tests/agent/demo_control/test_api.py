"""The control page's API over real HTTP: what a click does is in the calendar that EWS shows."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from agent.demo.control import Fault
from agent.demo.day import OTHER_ROOMS
from agent.demo.world import Kind
from tests.agent.demo_control.conftest import Demo
from tests.builders import at

RUNNING = "Design review: lobby displays"
LATER = "Customer call: Adventure Works"
EXCEPTION = "Weekly product sync (15 min later today)"


def test_the_state_lists_the_rooms_day_in_order(demo: Demo) -> None:
    state = demo.state()
    assert (state["day"], state["today"], state["room"]["name"]) == ("2026-11-23", "2026-11-23", "San Jose")
    assert state["now"] == "2026-11-23T18:10:00Z"
    first, *others = state["meetings"]
    assert first["all_day"]
    assert [row["start"] for row in others] == sorted(row["start"] for row in others)
    assert len(others) >= 12


def test_the_state_is_sent_again_only_when_something_but_the_time_changed(demo: Demo) -> None:
    etag = demo.client.get("/api/state").headers["ETag"]
    demo.clock.advance(5)
    unchanged = demo.client.get("/api/state", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    demo.calendar.rename(demo.calendar.items()[0].item_id, "Renamed elsewhere")
    assert demo.client.get("/api/state", headers={"If-None-Match": etag}).status_code == 200


def test_another_day_and_another_room_can_be_looked_at(demo: Demo) -> None:
    assert demo.state(day="2026-11-24")["meetings"][0]["start"].startswith("2026-11-24")
    oakland = demo.state(room=OTHER_ROOMS[0].address)
    assert (oakland["room"]["name"], oakland["meetings"]) == ("Oakland", [])


def test_booking_now_puts_an_invitation_into_the_calendar(demo: Demo) -> None:
    body = {"subject": "Kick-off", "service": "zoom", "minutes": 45, "organizer": "omar.haddad@contoso.example"}
    answer = demo.post("meetings", body)
    assert answer.status_code == 201
    row = demo.meeting("Kick-off")
    assert row["id"] == answer.json()["id"]
    assert (row["start"], row["end"]) == ("2026-11-23T18:10:00Z", "2026-11-23T18:55:00Z")
    assert (row["service"], row["organizer"], row["kind"]) == ("zoom", "Omar Haddad", "single")


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ({"in_minutes": 5}, "2026-11-23T18:15:00Z"),
        ({"at": "16:30"}, "2026-11-24T00:30:00Z"),
        ({"at": "09:00", "day": "2026-11-25"}, "2026-11-25T17:00:00Z"),
        ({"start": "2026-11-23T20:00:00+01:00"}, "2026-11-23T19:00:00Z"),
    ],
)
def test_a_start_is_given_in_minutes_by_the_rooms_clock_or_as_an_instant(
    demo: Demo, asked: dict[str, Any], start: str
) -> None:
    assert demo.post("meetings", {"subject": "Timed", **asked}).status_code == 201
    day = asked.get("day", "2026-11-23")
    assert demo.meeting("Timed", day=day)["start"] == start


@pytest.mark.parametrize("delivery", ["safe-links", "body-deleted"])
def test_how_an_invitation_arrives_shows_in_its_row(demo: Demo, delivery: str) -> None:
    demo.post("meetings", {"subject": "Bent", "service": "webex", "delivery": delivery, "private": True})
    row = demo.meeting("Bent")
    assert (row["delivery"], row["private"]) == (delivery, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"at": "16:30+02:00"},
        {"at": "16:30", "in_minutes": 5},
        {"start": "2026-11-23T20:00:00"},
        {"start": "9999-12-31T23:59:00Z"},
        {"at": "16:30", "day": "9999-12-31"},
        {"minutes": -1},
        {"service": "telegraph"},
        {"repeat": {"frequency": "daily", "count": 1}},
    ],
)
def test_a_booking_that_makes_no_sense_is_refused(demo: Demo, asked: dict[str, Any]) -> None:
    answer = demo.post("meetings", {"subject": "Nonsense", **asked})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow"])
def test_a_day_out_of_range_is_refused(demo: Demo, day: str) -> None:
    assert demo.client.get("/api/state", params={"day": day}).json()["code"] == "request.invalid"


def test_a_booking_that_repeats_is_a_series(demo: Demo) -> None:
    demo.post("meetings", {"subject": "Sprint", "repeat": {"frequency": "daily", "count": 3}})
    assert demo.meeting("Sprint")["kind"] == "occurrence"
    assert [demo.meeting("Sprint", day=f"2026-11-{day}")["kind"] for day in (24, 25)] == ["occurrence"] * 2
    assert "Sprint" not in [row["subject"] for row in demo.state(day="2026-11-26")["meetings"]]


def test_a_meeting_moves_by_minutes_and_to_a_time_and_keeps_its_length(demo: Demo) -> None:
    row = demo.meeting(LATER)
    assert demo.post(f"meetings/{row['id']}/move", {"minutes": 15}).json() == {"id": row["id"]}
    assert demo.meeting(LATER)["start"] == "2026-11-23T18:45:00Z"
    demo.post(f"meetings/{row['id']}/move", {"at": "15:10"})
    moved = demo.meeting(LATER)
    assert (moved["start"], moved["end"]) == ("2026-11-23T23:10:00Z", "2026-11-23T23:40:00Z")
    assert moved["version"] != row["version"]


def test_an_occurrence_changes_alone_or_with_its_whole_series(demo: Demo) -> None:
    row = demo.meeting("Stand-up")
    demo.post(f"meetings/{row['id']}/rename", {"subject": "Stand-up, outside"})
    assert demo.meeting("Stand-up, outside")["kind"] == "exception"
    tomorrow = demo.meeting("Stand-up", day="2026-11-24")
    demo.post(f"meetings/{tomorrow['id']}/rename", {"subject": "Daily", "scope": "series"})
    assert demo.meeting("Daily", day="2026-11-25")["kind"] == "occurrence"


def test_a_whole_series_moves_together(demo: Demo) -> None:
    row = demo.meeting("Stand-up")
    demo.post(f"meetings/{row['id']}/move", {"minutes": 30, "scope": "series"})
    moved = [demo.meeting("Stand-up", day=f"2026-11-{day}")["start"][11:] for day in (23, 24, 25)]
    assert moved == ["15:45:00Z"] * 3


def test_a_cancelled_meeting_stays_flagged_and_a_deleted_one_is_gone(demo: Demo) -> None:
    row = demo.meeting(LATER)
    demo.post(f"meetings/{row['id']}/cancel")
    assert demo.meeting(f"Canceled: {LATER}")["cancelled"]
    assert demo.post(f"meetings/{row['id']}/delete").status_code == 204
    assert row["id"] not in [other["id"] for other in demo.state()["meetings"]]


def test_a_single_meeting_becomes_a_series_at_the_rooms_own_time(demo: Demo) -> None:
    row = demo.meeting(RUNNING)
    assert demo.post(f"meetings/{row['id']}/series", {"frequency": "weekly", "count": 4}).status_code == 200
    assert demo.meeting(RUNNING)["kind"] == "occurrence"
    week_later = demo.calendar.view(at(9, 45, day=30), at(10, 30, day=30))
    found = [(item.kind, item.booking.start) for item in week_later if item.booking.subject == RUNNING]
    assert found == [(Kind.OCCURRENCE, at(9, 45, day=30))]


@pytest.mark.parametrize(
    ("subject", "action", "body", "status", "code"),
    [
        ("Visitors from Adventure Works, badges at reception", "move", {"minutes": 15}, 422, "meeting.invalid"),
        (EXCEPTION, "series", {"frequency": "weekly"}, 422, "meeting.invalid"),
        ("Stand-up", "move", {"minutes": 2 * 24 * 60}, 409, "meeting.crosses_neighbour"),
        (RUNNING, "move", {}, 422, "request.invalid"),
        (RUNNING, "move", {"minutes": 5, "at": "10:00"}, 422, "request.invalid"),
        (RUNNING, "rename", {"subject": "x" * 256}, 422, "request.invalid"),
        (RUNNING, "rename", {"subject": "a", "color": "red"}, 422, "request.invalid"),
        (RUNNING, "explode", {}, 404, "path.unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_stable_code(
    demo: Demo, subject: str, action: str, body: dict[str, Any], status: int, code: str
) -> None:
    before = demo.state()["meetings"]
    answer = demo.post(f"meetings/{demo.meeting(subject)['id']}/{action}", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert demo.state()["meetings"] == before


@pytest.mark.parametrize("meeting_id", ["nothing", "AAMk", "%00", "_-_-"])
def test_an_id_of_nothing_is_an_unknown_meeting(demo: Demo, meeting_id: str) -> None:
    answer = demo.post(f"meetings/{meeting_id}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (404, "meeting.unknown")


def test_a_meeting_that_was_deleted_meanwhile_is_unknown(demo: Demo) -> None:
    row = demo.meeting(LATER)
    demo.post(f"meetings/{row['id']}/delete")
    assert demo.post(f"meetings/{row['id']}/move", {"minutes": 15}).status_code == 404


def test_unknown_rooms_and_organizers_are_named_as_such(demo: Demo) -> None:
    assert demo.client.get("/api/state", params={"room": "nobody@contoso.example"}).json()["code"] == "mailbox.unknown"
    answer = demo.post("meetings", {"subject": "A", "organizer": "nobody@contoso.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "mailbox.unknown")


def test_taking_exchange_down_closes_its_port_and_bringing_it_back_opens_it(demo: Demo) -> None:
    endpoint = urlsplit(demo.exchange.http_url)
    address = (str(endpoint.hostname), int(endpoint.port or 0))
    assert demo.post("exchange/down").status_code == 204
    assert not demo.state()["is_up"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    assert demo.post("exchange/up").status_code == 204
    assert demo.state()["is_up"]
    socket.create_connection(address, timeout=5).close()


def active(demo: Demo) -> set[str]:
    return {fault["name"] for fault in demo.state()["faults"] if fault["active"]}


@pytest.mark.parametrize(
    ("fault", "status", "sign"),
    [
        (Fault.BUSY, 500, "ErrorServerBusy"),
        (Fault.WRONG_PASSWORD, 401, ""),
        (Fault.CAPTIVE_PORTAL, 200, "<!DOCTYPE html>"),
        (Fault.MAILBOX_NOT_FOUND, 200, "ErrorNonExistentMailbox"),
        (Fault.IMPERSONATION_DENIED, 500, "ErrorImpersonateUserDenied"),
    ],
)
def test_a_fault_changes_what_exchange_answers_until_it_is_switched_off(
    demo: Demo, fault: Fault, status: int, sign: str
) -> None:
    assert demo.post(f"faults/{fault}").status_code == 204
    assert active(demo) == {fault}
    answer = httpx.post(demo.exchange.http_url, content=FIND_ITEM)
    assert answer.status_code == status
    assert sign in answer.text
    demo.post(f"faults/{fault}", {"active": False})
    assert active(demo) == set()


def test_healing_ends_everything_that_is_wrong(demo: Demo) -> None:
    for fault in Fault:
        demo.post(f"faults/{fault}")
    demo.post("exchange/down")
    assert active(demo) == set(Fault)
    assert demo.post("heal").status_code == 204
    assert active(demo) == set()
    assert demo.state()["is_up"]


def test_switching_a_fault_on_twice_and_off_once_leaves_none(demo: Demo) -> None:
    demo.post("faults/busy")
    demo.post("faults/busy")
    demo.post("faults/busy", {"active": False})
    assert len(demo.exchange.faults.armed()) == 0


def test_an_unknown_fault_is_refused(demo: Demo) -> None:
    assert demo.post("faults/meteorite").json()["code"] == "request.invalid"


def test_requests_to_exchange_are_counted_and_listed(demo: Demo) -> None:
    for _ in range(2):
        httpx.post(demo.exchange.http_url, content=FIND_ITEM)
    board = demo.state()["requests"]
    assert (board["total"], board["last_minute"]) == (2, 2)
    assert [request["status"] for request in board["recent"]] == [401, 401]
    demo.clock.advance(61)
    assert demo.state()["requests"]["last_minute"] == 0


def test_a_reset_replaces_what_was_booked_by_a_fresh_day(demo: Demo) -> None:
    demo.post("meetings", {"subject": "Kick-off"})
    demo.clock.advance(2 * 3600)
    assert demo.post("reset").status_code == 204
    rows = demo.state()["meetings"]
    assert "Kick-off" not in [row["subject"] for row in rows]
    running = [row for row in rows if row["start"] <= "2026-11-23T20:10:00Z" < row["end"] and not row["all_day"]]
    assert [row["subject"] for row in running] == [RUNNING]


FIND_ITEM = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    b'<s:Body><FindItem xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"/></s:Body></s:Envelope>'
)
