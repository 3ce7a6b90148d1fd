"""Who may come in from the network, and when."""

from __future__ import annotations

from tests.boot.box import Box
from tests.boot.rooms import forget, set_up
from tests.waiting import wait_until

OTHERS = "192.0.2.7"
"""An address that is not loopback, as other machines find the box under."""

WIZARD, REMOTE = "room-wizard.socket", "room-remote.socket"


def listening(box: Box, unit: str) -> bool:
    return box.state(unit) == "active"


def test_the_wizard_is_open_until_the_room_is_set_up(box: Box, figure: list[str]) -> None:
    forget(box)
    wait_until(lambda: listening(box, WIZARD), within=15, what="the wizard's socket")
    status, text = box.get("/setup", 8443, tls=True)
    assert (status, "<!doctype html>" in text) == (200, True)
    set_up(box)
    wait_until(lambda: not listening(box, WIZARD), within=20, what="the end of the wizard's socket")
    assert box.get("/setup", 8443, tls=True)[0] == 0
    wait_until(lambda: box.state("room-wizard.service") == "inactive", within=15, what="the wizard's end")
    figure.append("wizard: opened without a configuration, closed after it")


def test_the_network_is_served_where_the_configuration_says(box: Box) -> None:
    box.has_address(OTHERS)
    set_up(box, f'remote_listen = "0.0.0.0:9443"\nhosts = ["{OTHERS}"]\n')
    wait_until(lambda: listening(box, REMOTE), within=30, what="the socket for the network")
    assert box.get("/livez", 9443, tls=True)[0] == 200
    assert box.get("/livez", 9443, OTHERS, tls=True)[0] == 200
    assert box.get("/api/v1/room", 9443, OTHERS, tls=True)[0] == 403
    set_up(box, 'remote_listen = "127.0.0.1:9444"\n')
    wait_until(lambda: box.get("/livez", 9444, tls=True)[0] == 200, within=20, what="the other address")
    assert box.get("/livez", 9443, tls=True)[0] == 0
    set_up(box)
    wait_until(lambda: not listening(box, REMOTE), within=30, what="the end of the socket")


def test_an_address_that_says_more_than_an_address_opens_nothing(box: Box) -> None:
    box.write(
        "/var/lib/room-agent/config.toml", '[web]\nremote_listen = "1.2.3.4:99\\n[Service]"\n', owner="room-agent"
    )
    wait_until(lambda: "is no address and port" in box.journal("room-sockets"), within=15, what="the refusal")
    assert not listening(box, REMOTE)
    set_up(box)
