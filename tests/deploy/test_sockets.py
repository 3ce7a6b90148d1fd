"""Root's program that opens sockets to the network, as a process of its own with a systemctl that stands in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "deploy" / "sockets" / "room-sockets"
SYSTEMCTL = f"""#!{sys.executable} -I
import pathlib, sys
units = pathlib.Path(__file__).parent.parent / "active"
verb, *names = [each for each in sys.argv[1:] if not each.startswith("-")]
if verb == "is-active":
    sys.exit(0 if (units / names[0]).exists() else 3)
with (units.parent / "said").open("a") as said:
    said.write(" ".join([verb, *names]) + "\\n")
for name in names:
    (units / name).touch() if verb == "start" else (units / name).unlink(missing_ok=True)
sys.exit((units.parent / "refuses").exists())
"""
SET_UP = '[room]\nmailbox = "room@contoso.example"\n'


class Machine:
    """Directories as on a box, and the program over them."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.state, self.units = directory, directory / "state", directory / "units"
        for each in (self.state, self.units, directory / "active", directory / "bin"):
            each.mkdir()
        self.config = self.state / "config.toml"
        (directory / "bin" / "systemctl").write_text(SYSTEMCTL)
        (directory / "bin" / "systemctl").chmod(0o755)

    def follow(self, config: str | None = None) -> subprocess.CompletedProcess[str]:
        """What the program says to a configuration; None: to the one that is there."""
        if config is not None:
            self.config.write_text(config)
        command: list[str | Path] = [
            sys.executable,
            "-I",
            PROGRAM,
            "--state",
            self.state,
            "--units",
            self.units,
            "--last-answer",
            "0",
        ]
        environment = {"PATH": str(self.directory / "bin")}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    @property
    def listening(self) -> set[str]:
        return {path.name for path in (self.directory / "active").iterdir()}

    @property
    def drop_in(self) -> Path:
        return self.units / "room-remote.socket.d" / "50-configured.conf"

    @property
    def said(self) -> list[str]:
        said = self.directory / "said"
        return said.read_text().splitlines() if said.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def remote(address: str) -> str:
    return f"{SET_UP}[web]\nremote_listen = {address!r}\n"


@pytest.mark.parametrize("config", [None, "", '[web]\nhosts = ["room.contoso.example"]\n', '[room]\nname = "Blue"\n'])
def test_a_box_that_nobody_set_up_lets_the_technician_in(machine: Machine, config: str | None) -> None:
    assert machine.follow(config).returncode == 0
    assert machine.listening == {"room-wizard.socket"}


@pytest.mark.parametrize(
    "config",
    [SET_UP, '[calendar]\nsource = "demo"\n', '[web]\nsetup_listen = ""\n', '[calendar.ews]\nusername = "x"\n'],
)
def test_afterwards_and_where_nobody_is_wanted_the_wizard_is_shut(machine: Machine, config: str) -> None:
    machine.follow()
    assert machine.follow(config).returncode == 0
    assert machine.listening == set()
    assert machine.said[-1] == "stop room-wizard.socket room-wizard.service"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("0.0.0.0:8443", "0.0.0.0:8443"),
        ("192.0.2.7:443", "192.0.2.7:443"),
        ("[::]:8443", "[::]:8443"),
        ("[fe80::1%eth0]:8443", "[fe80::1]:8443"),  # a percent sign means something to systemd
        ("192.0.2.7:09443", "192.0.2.7:9443"),
    ],
)
def test_the_network_finds_the_pages_where_they_are_configured(machine: Machine, address: str, where: str) -> None:
    assert machine.follow(remote(address)).returncode == 0
    assert machine.listening == {"room-remote.socket"}
    assert machine.drop_in.read_text().splitlines()[1:] == ["[Socket]", "ListenStream=", f"ListenStream={where}"]


@pytest.mark.parametrize(
    "address",
    ["8443", "0.0.0.0", "0.0.0.0:22", "0.0.0.0:99999", "0.0.0.0:٤٤٣٠", "::1:8443", "[1.2.3.4]:8443", "/run/x:8443",
     "@x:8443", "room.contoso.example:8443", "1.2.3.4:8443\n[Service]\nExecStart=/bin/sh", "1.2.3.4:8443 ", "%t:8443"],
)  # fmt: skip
def test_what_is_no_address_and_port_opens_nothing_and_closes_what_was_open(machine: Machine, address: str) -> None:
    machine.follow(remote("0.0.0.0:8443"))
    done = machine.follow(remote(address))
    assert done.returncode == 1
    assert done.stderr.startswith("room-sockets: web.remote_listen")
    assert (machine.listening, machine.drop_in.exists()) == (set(), False)


def test_another_address_is_another_socket_and_the_same_one_stays(machine: Machine) -> None:
    machine.follow(remote("0.0.0.0:8443"))
    before = machine.said
    machine.follow()
    assert machine.said == before
    machine.follow(remote("0.0.0.0:9443"))
    assert machine.said[len(before) :] == [
        "stop room-remote.socket room-remote.service",
        "daemon-reload",
        "start room-remote.socket",
    ]
    machine.follow(SET_UP)
    assert (machine.listening, machine.drop_in.exists()) == (set(), False)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[web", b"x = " + b"[" * 5000])
def test_a_configuration_that_cannot_be_read_changes_nothing(machine: Machine, content: bytes) -> None:
    machine.follow(remote("0.0.0.0:8443"))
    machine.config.write_bytes(content)
    done = machine.follow()
    assert (done.returncode, done.stderr) == (1, "room-sockets: config.toml cannot be read; nothing is changed\n")
    assert machine.listening == {"room-remote.socket"}


def test_a_link_is_not_followed(machine: Machine) -> None:
    elsewhere = machine.directory / "elsewhere"
    elsewhere.write_text(remote("0.0.0.0:8443"))
    machine.config.symlink_to(elsewhere)
    done = machine.follow()
    assert (done.returncode, machine.listening) == (1, set())
    assert "elsewhere" not in done.stderr


def test_what_systemd_refuses_is_told_so_that_it_is_tried_again(machine: Machine) -> None:
    (machine.directory / "refuses").touch()
    done = machine.follow()
    assert done.returncode == 1
    assert done.stderr == "room-sockets: systemctl start room-wizard.socket failed; see the journal of these units\n"


def test_without_systemd_it_fails_in_one_sentence(machine: Machine) -> None:
    shutil.rmtree(machine.directory / "bin")
    done = machine.follow()
    assert (done.returncode, done.stderr) == (1, "room-sockets: systemctl is-active: FileNotFoundError\n")
