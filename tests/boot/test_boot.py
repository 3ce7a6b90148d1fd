"""From power on to a home screen, and off again."""

from __future__ import annotations

import re
import time

from tests.boot.box import SERVICES, Box
from tests.boot.rooms import STATE, set_up
from tests.waiting import wait_until


def seconds_to_ready(box: Box) -> dict[str, float]:
    """From systemd's start to each service being ready, by systemd's own clock."""
    began = int(box.systemctl("show", "--property=UserspaceTimestampMonotonic", "--value"))
    entered = box.states("ActiveEnterTimestampMonotonic")
    return {name: (int(each["ActiveEnterTimestampMonotonic"]) - began) / 1e6 for name, each in entered.items()}


def test_every_service_is_ready_after_a_boot(box: Box, figure: list[str]) -> None:
    box.wait_ready()
    assert box.systemctl("list-units", "--failed", "--plain", "--no-legend") == ""
    figure.append("ready after, s: " + ", ".join(f"{name} {s:.1f}" for name, s in seconds_to_ready(box).items()))


def test_a_fresh_image_gets_a_name_and_keys_of_its_own(box: Box) -> None:
    assert re.fullmatch(r"room-[0-9a-f]{6}", box.run("cat", "/etc/hostname"))
    assert re.fullmatch(r"[0-9a-f]{32}", box.run("cat", "/etc/machine-id"))
    assert f"127.0.1.1 {box.run('cat', '/etc/hostname')}" in box.run("cat", "/etc/hosts")
    assert len(box.run("sh", "-c", "ls /etc/ssh/ssh_host_*_key").split()) == 3


def test_the_home_screen_is_served_and_drawn_by_chromium_in_its_sandbox(box: Box) -> None:
    status, text = box.get("/")
    assert (status, "<!doctype html>" in text) == (200, True)
    wait_until(lambda: "type=renderer" in box.run("ps", "axww"), within=60, what="the browser's page")
    seen = box.run("sh", "-c", "cat $(printf '/proc/%s/status ' $(pgrep -f type=[r]enderer))")
    assert seen.count("Seccomp:\t2") == seen.count("Seccomp:") > 0  # a filter
    assert seen.count("CapEff:\t0000000000000000") == seen.count("CapEff:")
    assert len(re.findall(r"^NSpid:\t\d+\t\d+\t1$", seen, re.MULTILINE)) == seen.count("NSpid:")  # its own processes


def test_the_front_has_no_network_and_reads_nothing(box: Box) -> None:
    pid = box.pid("room-web")
    inside = ("nsenter", f"--target={pid}", "--mount", "--net", "setpriv", "--reuid=room-web", "--clear-groups")
    assert box.run("readlink", f"/proc/{pid}/ns/net") != box.run("readlink", "/proc/1/ns/net")
    for path in (STATE, "/run/credentials", "/var/log", "/etc/shadow", "/home"):
        assert box.run(*inside, "sh", "-c", f"cat {path} {path}/* 2>/dev/null || ls -A {path}/*", check=False) == ""
    assert box.run(*inside, "sh", "-c", "echo x > /etc/x || echo x > /var/x || echo x > /usr/x", check=False) == ""


def test_users_of_the_core_have_their_roles(box: Box) -> None:
    """What SO_PEERCRED says over the borders of their user namespaces."""
    ask = "import http.client, socket, sys; c = http.client.HTTPConnection('core'); c.sock = socket.socket(1, 1); "
    ask += "c.sock.connect('/run/room-agent/core.sock'); c.request('GET', sys.argv[1]); print(c.getresponse().status)"
    answers = {}
    for user in ("room-web", "room-display"):
        for path in ("/api/v1/room", "/api/v1/display/config"):
            run = ("runuser", "-u", user, "--", "python3", "-I", "-c", ask, path)
            answers[user, path.rpartition("/")[2]] = box.run(*run)
    assert answers["room-web", "room"] == "200"
    assert answers["room-display", "room"] == "403"
    assert answers["room-display", "config"] == "200"
    nobody = box.run("runuser", "-u", "nobody", "--", "python3", "-I", "-c", ask, "/api/v1/room", check=False)
    assert nobody == ""


def test_it_stops_in_order_and_comes_back_as_it_was(box: Box, figure: list[str]) -> None:
    set_up(box)
    name = box.run("cat", "/etc/hostname")
    took = box.power_off()
    figure.append(f"power off: {took:.1f} s")
    began = time.monotonic()
    box.boot()
    box.wait_ready()
    figure.append(f"power on to all services ready, from outside: {time.monotonic() - began:.1f} s")
    figure.append("second boot, ready after, s: " + ", ".join(f"{n} {s:.1f}" for n, s in seconds_to_ready(box).items()))
    before = box.run("journalctl", "--no-pager", "--boot=-1", "--output=cat", "--unit=room-*")
    assert "timed out" not in before
    assert box.run("cat", "/etc/hostname") == name
    assert box.systemctl("is-system-running") == "running"


def test_after_power_cuts_it_comes_back_too(box: Box, figure: list[str]) -> None:
    name, slowest = box.run("cat", "/etc/hostname"), 0.0
    for _ in range(3):
        box.cut_power()
        began = time.monotonic()
        box.boot()
        box.wait_ready()
        wait_until(lambda: box.get("/")[0] == 200, within=20, what="the home screen")
        slowest = max(slowest, time.monotonic() - began)
    figure.append(f"power cut to home screen and all services, slowest of 3: {slowest:.1f} s")
    assert box.run("cat", "/etc/hostname") == name
    assert set(SERVICES) == {
        unit for unit, each in box.states("ActiveState").items() if each["ActiveState"] == "active"
    }
