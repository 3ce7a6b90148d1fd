"""Each alert is made to fire by its fault: a real Prometheus, real agents, TLS and token, the shipped rules in quick
motion (tests/alerts/shorten.py). `make alerts-test`. Run in the order of the file, in one process.
"""

from __future__ import annotations

import json
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest

from agent.demo.exchange import faults
from tests.alerts.conftest import CAMPUS, Watch
from tests.alerts.fleet import Fleet
from tests.alerts.rooms import FILLER, TOKEN, Box, fill, short_certificate
from tests.alerts.server import PROGRAM
from tests.fakes.exchange import CLIENT_ID, PASSWORD, ROOM, TENANT
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Prometheus is missing (Debian: apt install prometheus)"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # sockets to agents that were killed
]

TRUE_HERE = {"RoomClockUnsynchronized", "RoomSecretUnprotected"}
"""Of the machine the test runs on, which may have no time server and has no sealed secret."""
UPGRADE_STATE = Path("/run/room-upgrade/state.json")
PIN = "271828"


def test_a_box_is_scraped_over_tls_with_its_token_and_refused_without(fleet: Fleet, room: Box) -> None:
    assert fleet.value('room_agent_build_info{room="San Jose", site="HQ"}') == 1
    assert room.remotely("GET", "/metrics") == 200
    assert room.remotely("GET", "/metrics", token="wrong") in {401, 403}


def test_nothing_fires_for_a_box_that_is_well(watch: Watch, room: Box) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert {name for name, place in watch.prometheus.firing() if place == room.name} <= TRUE_HERE
        time.sleep(1)


def test_what_is_wrong_from_the_start(fleet: Fleet, watch: Watch, folder: Path) -> None:
    """Boxes with an ill configuration; they run beside what follows. The password is asked about later: the second
    refusal in a row, a minute after the first, is what opens the circuit."""
    fleet.began["password"] = time.monotonic()
    fleet.box("Wrong password", reads=False, password="wrong")
    today = fleet.boxes["Wrong password"].clock.now().date()
    cloud = {
        "endpoint": "https://outlook.office365.com/EWS/Exchange.asmx",
        "auth": "oauth",
        "tenant_id": TENANT,
        "client_id": CLIENT_ID,
        "client_secret_file": "password",
    }
    begun = time.monotonic()
    fleet.box("Cloud", reads=False, calendar_ews={**cloud, "client_secret_expires": f"{today + timedelta(days=9)}"})
    watch.fires("RoomAccountExpiring", "Cloud", "client_secret_expires in nine days", begun=begun)
    watch.fires("RoomEwsRetires", "Cloud", "a mailbox of Exchange Online that is read through EWS", begun=begun)
    begun = time.monotonic()
    fleet.boxes["Cloud"].configure(calendar_ews={**cloud, "client_secret_expires": f"{today}"})
    fleet.boxes["Cloud"].restart()
    watch.fires("RoomAccountExpiresNow", "Cloud", "client_secret_expires today", begun=begun)
    fleet.boxes["Cloud"].configure(calendar_ews={**cloud, "client_secret_expires": f"{today + timedelta(days=300)}"})
    fleet.boxes["Cloud"].restart()
    watch.mended(("RoomAccountExpiring", "Cloud"), ("RoomAccountExpiresNow", "Cloud"))  # EWS ends whatever is done


def test_certificates_that_end(fleet: Fleet, watch: Watch, folder: Path) -> None:
    servers = folder / "ending"
    certificate, key = short_certificate(servers, "server", 5)
    (servers / "ca.pem").write_bytes(certificate.read_bytes())
    own, own_key = short_certificate(folder / "own", "box", 5)
    begun = time.monotonic()
    web = {"certificate_file": str(own), "key_file": str(own_key)}
    box = fleet.box("Ending", certificates=servers, tls=True, web=web)
    watch.fires("RoomServerCertificateExpiring", "Ending", "the server's certificate ends in five days", begun=begun)
    watch.fires("RoomWebCertificateExpiring", "Ending", "web.certificate_file ends in five days", begun=begun)
    assert key.exists()
    short_certificate(folder / "own", "box", 300)
    box.restart()
    fleet.trust()
    watch.mended(("RoomWebCertificateExpiring", "Ending"))


def test_a_box_nobody_has_set_up(fleet: Fleet, watch: Watch) -> None:
    begun = time.monotonic()
    nothing = {"endpoint": "", "username": "", "password_file": ""}
    box = fleet.box("New", reads=False, room={"mailbox": ""}, calendar_ews=nothing)
    watch.fires("RoomNotSetUp", "New", "a configuration with a listener and without a room", begun=begun)
    box.configure(room={"mailbox": ROOM}, calendar_ews={})
    box.restart()
    watch.mended(("RoomNotSetUp", "New"))


def test_what_is_true_of_this_machine(fleet: Fleet, watch: Watch, room: Box) -> None:
    fault = "the password lies in a file, as on a machine without systemd-creds"
    watch.fires("RoomSecretUnprotected", room.name, fault, begun=time.monotonic())
    if fleet.value(f'room_agent_clock_synchronized{{room="{room.name}"}}') == 0:
        watch.fires("RoomClockUnsynchronized", room.name, "this machine has no time server", begun=time.monotonic())


def test_the_screen(watch: Watch, room: Box) -> None:
    name, screen = room.name, room.screen
    for alert in ("RoomScreenDark", "RoomScreenWrong", "RoomScreenErrors"):
        watch.quiet(alert, name)
    begun = time.monotonic()
    screen.errors = [f"TypeError: number {number} at home.js:{number}" for number in range(8)]
    screen.right = False
    watch.fires("RoomScreenErrors", name, "the page reports eight script errors", begun=begun)
    watch.fires("RoomScreenWrong", name, "the page reports the hash of another list", begun=begun)
    screen.right = True
    watch.mended(("RoomScreenErrors", name), ("RoomScreenWrong", name))
    begun, screen.page = time.monotonic(), False
    watch.fires("RoomScreenDark", name, "the page no longer reports", begun=begun)
    screen.page = True
    watch.mended(("RoomScreenDark", name))


def test_what_is_plugged_in(watch: Watch, room: Box) -> None:
    name, screen = room.name, room.screen
    for alert in ("RoomDisplayDisconnected", "RoomInputInTrouble", "RoomInputMissing"):
        watch.quiet(alert, name)
    begun, screen.connected, screen.input_state = time.monotonic(), False, "unsupported"
    watch.fires("RoomDisplayDisconnected", name, "the display reports an output without a screen", begun=begun)
    watch.fires("RoomInputInTrouble", name, "the display reports a signal it cannot show", begun=begun)
    screen.connected, screen.input_state = True, "absent"
    watch.mended(("RoomDisplayDisconnected", name), ("RoomInputInTrouble", name))
    watch.fires("RoomInputMissing", name, "the display reports that the grabber is gone", begun=time.monotonic())
    screen.input_state = "no_cable"
    watch.mended(("RoomInputMissing", name))


def test_a_display_service_that_dies(watch: Watch, room: Box) -> None:
    watch.quiet("RoomDisplaySilent", room.name)
    begun, room.screen.display = time.monotonic(), False
    fault = "the display service no longer reports (the core waits 90 s)"
    watch.fires("RoomDisplaySilent", room.name, fault, begun=begun, within=180)
    room.screen.display = True
    watch.mended(("RoomDisplaySilent", room.name))


def test_exchange_is_down(watch: Watch, campus: Box) -> None:
    room = campus
    watch.quiet("RoomCalendarStale", room.name)
    begun = time.monotonic()
    room.server.down()
    watch.fires("RoomCalendarStale", room.name, "the server refuses connections", begun=begun)
    fault = f"the same, of a box that is listed as {CAMPUS} rooms"
    watch.fires("RoomsStaleSiteWide", "Campus", fault, begun=begun)
    room.server.up()
    room.refresh()
    watch.mended(("RoomCalendarStale", room.name), ("RoomsStaleSiteWide", "Campus"))


def test_boxes_that_do_not_answer(watch: Watch, campus: Box) -> None:
    room = campus
    watch.quiet("RoomUnreachable", room.name)
    begun = time.monotonic()
    room.kill()
    watch.fires("SiteUnreachable", "Campus", f"kill -9 of the agent that is listed as {CAMPUS} rooms", begun=begun)
    watch.fires("RoomUnreachable", room.name, "kill -9 of the agent", begun=begun)
    room.start()
    watch.mended(("SiteUnreachable", "Campus"), ("RoomUnreachable", room.name))


def test_discovery_that_names_nobody(fleet: Fleet, watch: Watch) -> None:
    begun = time.monotonic()
    fleet.discover([])
    watch.fires("RoomsNotDiscovered", "", "service discovery answers with an empty list", begun=begun)
    fleet.discover(fleet.targets)
    watch.mended(("RoomsNotDiscovered", ""))
    wait_until(lambda: fleet.is_up("San Jose"), within=30, what="a scrape")


def test_exchange_refuses_the_room(watch: Watch, room: Box) -> None:
    watch.quiet("RoomCalendarRefused", room.name)
    room.server.faults.add(faults.Fault("ErrorImpersonateUserDenied"))
    begun = time.monotonic()
    deadline = begun + 150
    while ("RoomCalendarRefused", room.name) not in watch.prometheus.firing() and time.monotonic() < deadline:
        room.refresh()
        time.sleep(2)
    watch.fires("RoomCalendarRefused", room.name, "ErrorImpersonateUserDenied", begun=begun, within=5)
    room.server.faults.clear()
    room.refresh()
    watch.mended(("RoomCalendarRefused", room.name))


def test_items_that_cannot_be_read_or_joined(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Odd items")
    for alert in ("RoomItemsSkipped", "RoomInvitationsStripped", "RoomLinksUnreadable"):
        watch.quiet(alert, room.name)
    begun = time.monotonic()
    room.book("Without text", is_online_meeting=True)
    room.book("Rewritten", 90, body_html="<p>Join https://protect-eu.mimecast.com/s/AbCdEfG?domain=zoom.us</p>")
    room.refresh()
    watch.fires("RoomInvitationsStripped", room.name, "an online meeting whose text Exchange has deleted", begun=begun)
    watch.fires("RoomLinksUnreadable", room.name, "a link that a mail filter has rewritten", begun=begun)
    begun = time.monotonic()
    room.server.faults.add(faults.NoStart())
    room.book("Without a start", 60)
    room.refresh()
    watch.fires("RoomItemsSkipped", room.name, "an item without a start", begun=begun)


def test_a_server_that_wants_to_be_left_alone(watch: Watch, campus: Box) -> None:
    room = campus
    room.server.faults.add(faults.ServerBusy(20_000))
    begun = time.monotonic()
    room.refresh()
    watch.fires("RoomCalendarThrottled", room.name, "ErrorServerBusy with a back-off of 20 s", begun=begun)
    room.server.faults.clear()
    watch.mended(("RoomCalendarThrottled", room.name))


def test_changes_that_reach_the_screen_late(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Late", site="Branch")
    watch.quiet("RoomChangesLate", "Branch")
    begun, room.screen.page = time.monotonic(), False
    for number in range(25):
        room.book(f"Meeting {number}", 10 + number * 25)
    time.sleep(37)
    room.screen.page = True
    fault = "25 changes that the page shows after 37 s only"
    watch.fires("RoomChangesLate", "Branch", fault, begun=begun, within=120)
    watch.mended(("RoomChangesLate", "Branch"))


def test_a_clock_that_is_wrong(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Skewed")
    watch.quiet("RoomClockWrong", room.name)
    begun, room.clock.shift = time.monotonic(), timedelta(minutes=2)
    room.refresh()
    watch.fires("RoomClockWrong", room.name, "the server's clock is two minutes ahead", begun=begun)
    room.clock.shift = timedelta()
    room.refresh()
    watch.mended(("RoomClockWrong", room.name))


def test_the_password_is_refused(watch: Watch, fleet: Fleet) -> None:
    room, begun = fleet.boxes["Wrong password"], fleet.began["password"]
    watch.fires("RoomCredentialRejected", room.name, "a wrong password, refused twice", begun=begun, within=150)
    room.configure(password=PASSWORD)
    watch.mended(("RoomCredentialRejected", room.name))


def test_somebody_guesses(watch: Watch, fleet: Fleet, stranger: str) -> None:
    room = fleet.box("Guessed")
    room.set_pin(PIN)
    for alert in ("RoomSetupAttacked", "RoomStatusTokenWrong"):
        watch.quiet(alert, room.name)
    begun = time.monotonic()
    answers = room.guess((f"{guess:06}" for guess in range(12)), come_from=stranger)
    assert answers == [403] * 10 + [429] * 2
    watch.fires("RoomSetupAttacked", room.name, "twelve wrong PINs over the network", begun=begun)
    watch.mended(("RoomSetupAttacked", room.name))
    begun = time.monotonic()
    while ("RoomStatusTokenWrong", room.name) not in watch.prometheus.firing() and time.monotonic() < begun + 90:
        room.remotely("GET", "/metrics", "wrong", come_from=stranger)
        time.sleep(0.5)
    watch.fires("RoomStatusTokenWrong", room.name, "two wrong tokens a second", begun=begun, within=5)
    watch.mended(("RoomStatusTokenWrong", room.name))


def test_updates(watch: Watch, room: Box) -> None:
    if UPGRADE_STATE.parent.exists():
        pytest.skip(f"{UPGRADE_STATE.parent} exists: this is a box, or another test runs")
    now = room.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    last = {"at": now, "outcome": "rolled_back", "from": "0.1.0", "to": "0.1.1", "reason": "not_ready"}
    state = {"checked": now, "pending": 3, "security": 1, "reboot_required": True, "last": last}
    alerts = ("RoomUpdatesFailed", "RoomUpdatesPending", "RoomRebootRequired")
    begun = time.monotonic()
    UPGRADE_STATE.parent.mkdir()
    try:
        UPGRADE_STATE.write_text(json.dumps(state))
        for alert in alerts:
            watch.fires(alert, room.name, f"{UPGRADE_STATE.name} of root's upgrade says so", begun=begun)
    finally:
        UPGRADE_STATE.unlink(missing_ok=True)
        UPGRADE_STATE.parent.rmdir()
    watch.mended(*((alert, room.name) for alert in alerts))


def test_power_cuts_and_crashes(watch: Watch, fleet: Fleet) -> None:
    room = fleet.box("Cut off")
    for alert in ("RoomPowerCuts", "RoomAgentCrashes"):
        watch.quiet(alert, room.name)
    begun = time.monotonic()
    room.crash(4)
    watch.fires("RoomAgentCrashes", room.name, "kill -9, four times", begun=begun)
    begun = time.monotonic()
    room.lose_power(6)
    watch.fires("RoomPowerCuts", room.name, "six starts that find the mark of another boot", begun=begun)
    watch.mended(("RoomAgentCrashes", room.name), ("RoomPowerCuts", room.name))


def test_a_disk_that_fills_lies_and_fails(watch: Watch, fleet: Fleet, small_disk: Path) -> None:
    begun = time.monotonic()
    room = fleet.box("Disk", state=small_disk / "state")
    watch.fires("RoomStorageFull", room.name, "a file system of 48 MiB", begun=begun)
    watch.quiet("RoomDatabaseRebuilt", room.name)
    begun = time.monotonic()
    room.damage_database()
    watch.fires("RoomDatabaseRebuilt", room.name, "the database file is overwritten", begun=begun)
    watch.quiet("RoomErrorsLogged", room.name)
    begun = time.monotonic()
    for _ in range(12):
        fill(small_disk)
        assert room.agent.post("/api/v1/ops/session", {"token": TOKEN}).status_code == 204
    (small_disk / FILLER).unlink()
    fault = "the disk is full, and twelve times the page for operations is opened, which cannot be audited"
    watch.fires("RoomErrorsLogged", room.name, fault, begun=begun)
    watch.mended(("RoomErrorsLogged", room.name))
    watch.quiet("RoomStorageReadOnly", room.name)
    begun = time.monotonic()
    subprocess.run(["mount", "-o", "remount,abort", str(small_disk)], check=True)
    room.book("Nobody can keep this")
    room.refresh()
    fault = "the file system is shut after an error (ext4, remount,abort)"
    watch.fires("RoomStorageReadOnly", room.name, fault, begun=begun)
