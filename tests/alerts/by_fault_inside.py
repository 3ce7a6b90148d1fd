"""Faults inside a box: of its meetings, its screen's browser, its database, its workers, its release. Some need an
agent that differs from the product (tests/alerts/altered.py). After `by_fault.py`, in the same process.
"""

from __future__ import annotations

import time
from itertools import islice

import pytest

from agent.demo.exchange import faults
from agent.model.event import ShowAs
from agent.sources.owner_marks import WINDOW, subject_of
from agent.wire import DISPLAY_ORDERS, DISPLAY_REPORT
from tests.alerts.altered import HOME_IN_QUICK_MOTION, NEVER_HANGS_UP, of_release
from tests.alerts.conftest import Watch
from tests.alerts.fleet import Fleet
from tests.alerts.server import PROGRAM
from tests.fakes.exchange import booking
from tests.system.display_socket import core, events
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Prometheus is missing (Debian: apt install prometheus)"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # sockets to agents that were killed
]


def test_meetings_that_do_not_open(watch: Watch, fleet: Fleet) -> None:
    """Two do not make an alert. The service was listed for a while before: a figure that is new when it grows is
    stretched to twice of it."""
    room = fleet.box("Closed doors")
    room.book("Join me", 5, body_html="<p>https://zoom.us/j/91234567890?pwd=abc</p>")
    room.refresh()
    (meeting,) = room.agent.room(lambda state: any(each["join"] for each in state["meetings"]))["meetings"]
    failures = f'room_agent_join_failures_total{{room="{room.name}", provider="zoom"}}'
    seen = f"count_over_time({failures}[60s])"
    wait_until(lambda: (fleet.value(seen) or 0) >= 12, within=60, what="a figure for the service before anybody joins")
    with (
        core(room.state / "core.sock") as display,
        display.stream("GET", DISPLAY_ORDERS, params={"as": "meeting"}) as stream,
    ):
        opening = (order["order_id"] for name, order in events(stream) if name == "open")

        def join() -> None:
            answer = room.agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]})
            assert answer.status_code == 202
            outcome = {"order_id": next(opening), "state": "failed", "code": "display.meeting_failed"}
            assert display.post(DISPLAY_REPORT, json={"orders": [outcome]}).status_code == 204

        join()
        join()
        wait_until(lambda: fleet.value(failures) == 2, within=30, what="two failures, scraped")
        watch.stays_quiet("RoomJoinsFail", room.name)
        begun = time.monotonic()
        join()
    watch.fires("RoomJoinsFail", room.name, "the display reports three meetings that it could not open", begun=begun)
    watch.mended(("RoomJoinsFail", room.name))


def test_a_home_screen_that_starts_again_and_again(watch: Watch, fleet: Fleet) -> None:
    """The display takes the orders, and the page stays silent. Not as shipped: the pauses of agent/state/home.py are as
    much shorter as the rules' minutes."""
    room = fleet.box("Flapping", altered=HOME_IN_QUICK_MOTION)
    watch.quiet("RoomScreenFlapping", room.name)
    begun = time.monotonic()
    with (
        core(room.state / "core.sock") as display,
        display.stream("GET", DISPLAY_ORDERS, params={"as": "home"}) as stream,
    ):
        room.screen.page = False
        restarts = (name for name, _ in events(stream) if name == "restart_home")
        assert len(list(islice(restarts, 3))) == 3
        watch.stays_quiet("RoomScreenFlapping", room.name, 4)
        fault = "four times the home screen's browser is made anew, and its page says nothing"
        watch.fires("RoomScreenFlapping", room.name, fault, begun=begun)
        room.screen.page = True
    watch.mended(("RoomScreenFlapping", room.name))


def test_a_page_of_the_database_that_nobody_wrote(watch: Watch, fleet: Fleet) -> None:
    """The list of the last time stays on the screen, and a restart mends it."""
    room = fleet.box("Damaged")
    room.book("Still shown", 30)
    room.refresh()
    room.agent.room(lambda state: bool(state["meetings"]))
    watch.quiet("RoomDatabaseDamaged", room.name)
    begun = time.monotonic()
    room.damage_page()
    room.refresh()
    watch.fires("RoomDatabaseDamaged", room.name, "a page of the running agent's database is overwritten", begun=begun)
    assert [each["subject"] for each in room.agent.room()["meetings"]] == ["Still shown"]
    watch.stays_quiet("RoomStorageReadOnly", room.name, 20)  # the disk takes what is written
    room.restart()
    watch.mended(("RoomDatabaseDamaged", room.name))
    assert room.agent.room(lambda state: bool(state["meetings"]))["meetings"][0]["subject"] == "Still shown"


def test_a_worker_that_hangs(watch: Watch, fleet: Fleet) -> None:
    """The server wants to be left alone, so the agent gives up its stream of changes. Not as shipped: the stream cannot
    be closed, so its thread does not come back."""
    room = fleet.box("Stuck", altered=NEVER_HANGS_UP)
    room.agent.status(lambda said: said["checks"]["calendar:stream"][0]["status"] == "pass")
    watch.quiet("RoomWorkerStuck", room.name)
    begun = time.monotonic()
    room.server.faults.add(faults.ServerBusy(20_000))
    room.refresh()
    fault = "a stream of changes that cannot be closed (its hanging up is taken out of the agent)"
    watch.fires("RoomWorkerStuck", room.name, fault, begun=begun, within=120)
    room.server.faults.clear()
    room.restart_as_shipped()
    watch.mended(("RoomWorkerStuck", room.name))


def test_a_second_box_on_the_mailbox(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Shared")
    watch.quiet("RoomSecondOwner", room.name)
    begun = time.monotonic()
    subject = subject_of("0123456789abcdef", "forgotten-test-box")
    item = room.calendar.book(booking(subject, WINDOW.start, WINDOW.end, show_as=ShowAs.FREE))
    fault = "the mark of another box lies in the calendar"
    watch.fires("RoomSecondOwner", room.name, fault, begun=begun, within=240)
    room.calendar.delete(item)
    wait_until(lambda: not second_owner(fleet, room.name), within=240, what="a box that is alone")
    watch.mended(("RoomSecondOwner", room.name))


def second_owner(fleet: Fleet, name: str) -> bool:
    return fleet.value(f'room_agent_second_owner{{room="{name}"}}') != 0


def test_a_calendar_that_may_not_be_written(watch: Watch, fleet: Fleet) -> None:
    """A grant is noticed within a quarter of an hour, or at a start."""
    room = fleet.box("Denied")
    watch.quiet("RoomWriteDenied", room.name)
    begun = time.monotonic()
    room.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="CreateItem")
    room.restart()
    fault = "the server refuses to create items"
    watch.fires("RoomWriteDenied", room.name, fault, begun=begun, within=150)
    room.server.faults.clear()
    room.restart()
    watch.mended(("RoomWriteDenied", room.name))


def test_invitations_that_nobody_answers(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Silent", meetings={"process_requests": True})
    watch.quiet("RoomInvitationsUnanswered", room.name)
    begun = time.monotonic()
    room.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="FindItem")
    fault = "the server refuses the room's inbox"
    watch.fires("RoomInvitationsUnanswered", room.name, fault, begun=begun, within=150)
    room.server.faults.clear()
    room.restart()
    watch.mended(("RoomInvitationsUnanswered", room.name))


def test_a_roll_out_that_stopped_half_way(watch: Watch, fleet: Fleet) -> None:
    """Not as shipped: two of three agents say that they are other releases."""
    site = "Roll-out"
    fleet.box("Present", site=site)
    fleet.box("Older", site=site, altered=of_release("0.0.1"))
    wait_until(lambda: fleet.versions(site) == 2, within=30, what="two versions")
    watch.stays_quiet("RoomVersionDrift", site, 20)
    begun = time.monotonic()
    oldest = fleet.box("Oldest", site=site, altered=of_release("0.0.2"))
    fault = "three agents of a site say three versions (a week of it is 15 s here)"
    watch.fires("RoomVersionDrift", site, fault, begun=begun)
    oldest.restart_as_shipped()
    watch.mended(("RoomVersionDrift", site))
