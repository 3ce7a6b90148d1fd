"""`room-agent run` against an Exchange of other make: tests.fakes.other_exchange."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.system.clock import SystemClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, Meeting, OtherExchange
from tests.fakes.other_http import Asked, Reply
from tests.fakes.other_wire import Dialect, with_fraction, with_offset
from tests.marks import LONG
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config
from tests.system.conftest import noon_zone

ZOOM = "<p>Join Zoom Meeting https://zoom.us/j/91234567890?pwd=abc<br>Meeting ID: 912 3456 7890</p>"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d"
HALF_HOUR = timedelta(minutes=30)

LIKE_A_GATEWAY = Dialect(
    prefixes={"s": "soap11", "m": "", "t": "", "e": "", "x": "x"},
    before=b'\xef\xbb\xbf<?xml version="1.0"?>',
    indent=True,
    comments=True,
    backwards=True,
    unknown=True,
    version=None,
    time=with_fraction,
    last=None,
    zone_id="W. Europe Standard Time",
    property_uri={"PropertySetId": "00020329-0000-0000-c000-000000000046"},
)
LIKE_A_SMALL_SERVER = Dialect(
    prefixes={"s": "SOAP-ENV", "m": "ns1", "t": "ns2", "e": "ns3", "x": "x"},
    time=with_offset,
    last="false",
    without=frozenset({"Size", "LastModifiedTime"}),
    zone_id="W. Europe Standard Time",
)


@dataclass
class Site:
    exchange: OtherExchange
    directory: Path
    now: datetime

    def agent(self, password: str = PASSWORD, **more: Any) -> AgentProcess:
        port = free_port()
        sections = {"room": {"timezone": noon_zone()}, **more}
        config = write_config(self.directory, self.exchange.url, password, port, **sections)
        return AgentProcess(self.directory / "state", config, port)

    def meeting(self, subject: str, minutes: int = -5, **more: Any) -> Meeting:
        start = self.now + timedelta(minutes=minutes)
        fields: dict[str, Any] = {"uid": f"uid of {subject}", "body": ZOOM, **more}
        return self.exchange.book(Meeting(subject=subject, start=start, end=start + HALF_HOUR, **fields))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with OtherExchange() as exchange:
        yield Site(exchange, tmp_path, SystemClock().now().replace(second=0, microsecond=0))
        assert exchange.refusals == []


def by_subject(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {meeting["subject"]: meeting for meeting in state["meetings"]}


def has(*subjects: str | None) -> Callable[[dict[str, Any]], bool]:
    return lambda state: {meeting["subject"] for meeting in state["meetings"]} == set(subjects)


def problem(code: str | None) -> Callable[[dict[str, Any]], bool]:
    return lambda state: (state["calendar"]["problem"] or {"code": None})["code"] == code


def refresh(agent: AgentProcess) -> None:
    assert agent.post("/api/v1/commands/refresh", {}).status_code == 202


@pytest.mark.parametrize(
    ("dialect", "http"),
    [
        LONG(LIKE_A_GATEWAY, {"version": "HTTP/1.0", "framing": "close", "date": lambda: None}),
        (LIKE_A_SMALL_SERVER, {"drop_reused": True, "gzip": True, "framing": "chunked"}),
    ],
    ids=["gateway", "small server"],
)
def test_a_days_meetings_are_shown_and_followed(site: Site, dialect: Dialect, http: dict[str, Any]) -> None:
    exchange = site.exchange
    exchange.dialect = dialect
    for name, value in http.items():
        setattr(exchange.http, name, value)
    plain = site.meeting("Design review", organizer=("Ann Lee", "/o=Org/cn=Recipients/cn=ann", "EX"))
    site.meeting("MARKED private", 60, uid="UID-1", more={"Sensitivity": "Private"})
    site.meeting("MARKED cancelled", 60, more={"IsCancelled": "true", "AppointmentState": "7"})
    site.meeting("MARKED declined", 60, more={"MyResponseType": "Decline"})
    teams = site.meeting("Teams", 120, body="", properties={"SkypeTeamsMeetingUrl": TEAMS})
    tomorrow = (site.now + timedelta(days=1)).date()
    midnight_in_berlin = datetime.fromisoformat(f"{tomorrow - timedelta(days=1)}T23:00:00+00:00")
    exchange.book(
        Meeting(
            subject="All day",
            start=midnight_in_berlin,
            end=midnight_in_berlin + timedelta(days=1),
            more={"IsAllDayEvent": "true"},
        )
    )
    series = [
        site.meeting(f"Daily {day}", 180 + day * 1440, uid="DAILY", kind="Occurrence",
                     original=site.now + timedelta(minutes=180 + day * 1440))
        for day in range(3)
    ]  # fmt: skip
    shown = {"Design review", None, "Teams", "All day", "Daily 0", "Daily 1", "Daily 2"}
    with site.agent() as agent:
        first = by_subject(agent.room(has(*shown)))
        assert (first["Design review"]["phase"], first["Design review"]["organizer"]) == ("now", "Ann Lee")
        assert first["Design review"]["join"]["meeting_id"] == "91234567890"
        assert first["Teams"]["join"]["url"] == TEAMS
        assert (first["All day"]["start"], first["All day"]["all_day"]) == (str(tomorrow), True)
        assert first["All day"]["end"] == str(tomorrow + timedelta(days=1))

        exchange.asked.clear()
        moved = series[1].start + timedelta(hours=2)
        exchange.edit(series[1], kind="Exception", start=moved, end=moved + HALF_HOUR, item_id=series[1].item_id)
        exchange.edit(teams, subject="Teams, renamed")
        exchange.delete(plain)
        refresh(agent)
        second = by_subject(agent.room(lambda state: "Teams, renamed" in by_subject(state)))
        assert set(second) == (shown - {"Design review", "Teams"}) | {"Teams, renamed"}
        assert second["Teams, renamed"]["id"] == first["Teams"]["id"]
        assert second["Daily 1"]["id"] == first["Daily 1"]["id"]
        assert second["Daily 1"]["start"] == moved.isoformat().replace("+00:00", "Z")
        calls = exchange.operations()
        assert (calls.count("GetItem"), calls.count("FindItem") <= 2) == (1, True)
        assert set(calls) <= {"SyncFolderItems", "FindItem", "GetItem", "Subscribe"}

        as_of = agent.room()["calendar"]["as_of"]
        refresh(agent)
        agent.room(lambda state: state["calendar"]["as_of"] != as_of)
        assert exchange.operations().count("GetItem") == 1
        assert exchange.operations().count("FindItem") <= 2  # quiet: nothing more was listed
        said = agent.status()
        wrong = {key: each for key, (each,) in said["checks"].items() if each["status"] != "pass"}
        wrong.pop("clock:synchronized", None)  # of the machine this runs on
        assert (exchange.refusals, wrong) == ([], {})
    stored = b"".join(path.read_bytes() for path in agent.state_dir.glob("room.db*"))
    assert b"MARKED private" not in stored
    assert "MARKED" not in agent.log
    assert "91234567890" not in agent.log


def test_a_rotated_password_is_used_from_its_file_without_a_refusal(site: Site) -> None:
    meeting = site.meeting("Before")
    with site.agent() as agent:
        agent.room(has("Before"))
        before = len(site.exchange.asked)
        site.exchange.password = "rotated"
        (site.directory / "password").write_text("rotated\n")
        site.exchange.edit(meeting, subject="After")
        refresh(agent)
        agent.room(has("After"))
    assert site.exchange.operations().count("GetItem") == 2
    rotated = "Basic " + base64.b64encode(f"{ACCOUNT}:rotated".encode()).decode()
    assert {each.credentials for each in site.exchange.asked[before:]} == {rotated}  # the old one was never refused
    assert "rotated" not in agent.log


def test_a_process_killed_while_it_reads_goes_on_where_it_was(site: Site) -> None:
    for number in range(60):
        site.meeting(f"Meeting {number}", number)
    reading, go_on = threading.Event(), threading.Event()

    def hold(asked: Asked) -> Reply | None:
        if site.exchange.operations().count("GetItem") == 2:
            reading.set()
            go_on.wait(20)
        return None

    site.exchange.trouble = hold
    agent = site.agent()
    agent.__enter__()
    assert reading.wait(20)
    agent.process.kill()
    agent.process.communicate(timeout=10)
    go_on.set()
    site.exchange.trouble = lambda _: None
    with agent:
        state = agent.room(lambda state: len(state["meetings"]) == 60)
        assert len({meeting["id"] for meeting in state["meetings"]}) == 60
    with sqlite3.connect(agent.state_dir / "room.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_another_mailbox_shows_nothing_of_the_room_before(site: Site) -> None:
    site.meeting("MARKED old room")
    with site.agent() as agent:
        agent.room(has("MARKED old room"))
    site.exchange.room = "nyroom@contoso.example"
    site.exchange.trouble = lambda _: Reply(503)
    with site.agent(room={"timezone": noon_zone(), "mailbox": "nyroom@contoso.example"}) as agent:
        state = agent.room(problem("calendar.throttled"))
        assert (state["meetings"], state["calendar"]["as_of"]) == ([], None)
    assert all(b"MARKED" not in path.read_bytes() for path in agent.state_dir.glob("room.db*"))


def test_a_deleted_database_takes_nothing_off_the_screen_and_is_made_anew_by_the_next_start(site: Site) -> None:
    kept = site.meeting("Kept")
    with site.agent() as agent:
        agent.room(has("Kept"))
        for path in agent.state_dir.glob("room.db*"):
            path.unlink()
        site.exchange.edit(kept, subject="Renamed")
        refresh(agent)
        agent.room(has("Renamed"))
    with agent:
        agent.room(has("Renamed"))
    assert "Traceback" not in agent.log


def test_the_raw_view_alone_and_beside_the_agent(site: Site) -> None:
    site.meeting("Design review")
    site.meeting("MARKED private", 60, uid="UID-1", more={"Sensitivity": "Private"})
    agent = site.agent()

    def raw(*flags: str) -> str:
        named = ("--config", str(agent.config), "--state-dir", str(agent.state_dir))
        command = agent_command("raw", *named, *flags)
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    alone = raw("--json")
    with agent:
        agent.room(lambda state: len(state["meetings"]) == 2)
        beside = raw("--json")
        text = raw()
        assert agent.get("/api/v1/raw").status_code == 404
    for answer in (alone, beside):
        assert [item["made"]["provider"] for item in json.loads(answer)["items"]] == ["zoom", "zoom"]
        assert "MARKED" not in answer
    assert [item["meeting_id"] for item in json.loads(alone)["items"]] == [None, None]
    assert all(item["meeting_id"] for item in json.loads(beside)["items"])
    assert "Design review" in text
    assert "zoom https://zoom.us/j/91234567890" in text
