"""The service units as systemd itself reads them."""

import re
import shutil
import subprocess
from ipaddress import IPv4Network, collapse_addresses, ip_network
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
ANALYZE = shutil.which("systemd-analyze")
EXPOSED = {
    "room-agent": 12,  # no PrivateUsers=: it has to see its peers' users
    "room-display": 10,
    "room-first-boot": 12,  # root, for files in /etc
    "room-home": 20,  # Chromium's own sandbox needs namespaces and chroot
    "room-meeting": 21,
    "room-remote": 3,
    "room-seal": 12,  # root, with the capability to read and delete the agent's files
    "room-sockets": 10,  # root, with the capability to read the agent's configuration
    "room-upgrade": 88,  # root that installs packages, each with scripts of its own
    "room-web": 3,
    "room-wizard": 3,
    "room-x": 17,  # cards and input devices, and cgroups that PAM takes it out of
}
"""The most exposure, in tenths of 10."""

OF_ROOT = {"room-first-boot", "room-seal", "room-sockets", "room-upgrade"}
FRONTS = ("room-web", "room-wizard", "room-remote")
FOR_GOOD = sorted(EXPOSED.keys() - OF_ROOT)
NO_IPV6 = "Binding to IPv6 address not available since kernel does not support IPv6.\n"
REFUSED = ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
"""What is no unicast address of another machine (RFC 6890), as the core's unit says."""

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine: install systemd")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, timeout=60, check=False)


def lines_of(name: str) -> list[str]:
    return (UNITS / name).read_text().splitlines()


def values(name: str, setting: str) -> list[str]:
    return [
        word for line in lines_of(name) if line.startswith(f"{setting}=") for word in line.partition("=")[2].split()
    ]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """All units; programs, users and papers that a developer's machine lacks are replaced by ones it has."""
    for kind in ("service", "socket", "path", "target", "timer"):
        for path in UNITS.glob(f"*.{kind}"):
            text = re.sub(r"^ExecStart=/\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
            text = re.sub(r"^(User|Group)=room-\w+$", r"\1=root", text, flags=re.MULTILINE)
            (tmp_path / path.name).write_text(text)
    return tmp_path


def test_every_unit_is_looked_at() -> None:
    assert {path.stem for path in UNITS.glob("*.service")} == EXPOSED.keys()


def test_no_unit_has_an_error(machine: Path) -> None:
    """Nor a setting that this version does not know."""
    done = analyze("verify", *sorted(str(path) for path in machine.iterdir()))
    assert (done.returncode, done.stderr.replace(NO_IPV6, "")) == (0, "")


@pytest.mark.parametrize(("name", "exposure"), EXPOSED.items())
def test_the_unit_is_shut_tight(name: str, exposure: int) -> None:
    done = analyze("security", "--offline=true", f"--threshold={exposure}", str(UNITS / f"{name}.service"))
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", EXPOSED)
def test_who_runs_it_is_made_by_the_package(name: str) -> None:
    made = {line.split()[1] for line in lines_of("sysusers.d/room-agent.conf") if line.startswith("u ")}
    assert values(f"{name}.service", "User") == values(f"{name}.service", "Group")
    assert set(values(f"{name}.service", "User")) <= made
    assert (not values(f"{name}.service", "User")) == (name in OF_ROOT)


@pytest.mark.parametrize("name", FOR_GOOD)
def test_no_number_of_crashes_ends_it_for_good(name: str) -> None:
    lines = set(lines_of(f"{name}.service"))
    assert {"Restart=always", "StartLimitIntervalSec=0"} <= lines
    assert name == "room-x" or {"Type=notify", "NotifyAccess=main", "WatchdogSec=30"} <= lines


@pytest.mark.parametrize("name", FRONTS)
def test_no_number_of_visits_closes_the_address(name: str) -> None:
    """systemd gives up a socket whose service it had to start 200 times in 2 s (systemd.socket(5))."""
    assert "TriggerLimitIntervalSec=0" in lines_of(f"{name}.socket")


@pytest.mark.parametrize("name", FRONTS)
def test_a_front_has_no_network_no_secret_and_no_configuration(name: str) -> None:
    lines = lines_of(f"{name}.service")
    assert {"PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX", "IPAddressDeny=any"} <= set(lines)
    assert "ExecStart=/usr/lib/room-agent/bin/room-agent front --core /run/room-agent/core.sock" in lines
    assert not [line for line in lines if line.startswith(("LoadCredential", "StateDirectory", "Environment"))]
    assert "-/var/lib/room-agent" in values(f"{name}.service", "InaccessiblePaths")


@pytest.mark.parametrize("name", FRONTS)
def test_a_front_is_told_what_it_serves(name: str) -> None:
    served = {"room-web": "screen", "room-wizard": "wizard", "room-remote": "remote"}
    assert values(f"{name}.socket", "FileDescriptorName") == [served[name]]


def test_the_screens_address_is_for_this_machine_alone() -> None:
    assert values("room-web.socket", "ListenStream") == ["127.0.0.1:8080", "[::1]:8080"]


@pytest.mark.parametrize("name", ["room-wizard", "room-remote"])
def test_the_network_gets_in_by_decision_alone(name: str) -> None:
    assert "[Install]" not in lines_of(f"{name}.socket") + lines_of(f"{name}.service")


def test_the_core_talks_to_unicast_addresses_alone() -> None:
    allowed = [ip_network(text) for text in values("room-agent.service", "IPAddressAllow")]
    fourth = [network for network in allowed if isinstance(network, IPv4Network)]
    refused = [IPv4Network(text) for text in REFUSED]
    assert not [network for network in fourth if any(network.overlaps(other) for other in refused)]
    assert list(collapse_addresses([*fourth, *refused])) == [IPv4Network("0.0.0.0/0")]
    assert values("room-agent.service", "IPAddressDeny") == ["any"]


def test_a_meetings_page_reaches_all_of_that_but_this_machine() -> None:
    core = {ip_network(text) for text in values("room-agent.service", "IPAddressAllow")}
    meeting = {ip_network(text) for text in values("room-meeting.service", "IPAddressAllow")}
    fourth = [network for network in meeting if isinstance(network, IPv4Network)]
    here = IPv4Network("127.0.0.0/8")
    assert {str(network) for network in fourth if network.overlaps(here)} == {"127.0.0.53/32", "127.0.0.54/32"}
    everything = [network for network in core if isinstance(network, IPv4Network)]
    assert list(collapse_addresses([*fourth, here])) == list(collapse_addresses(everything))
    assert ip_network("::1/128") in core - meeting


@pytest.mark.parametrize("name", ["room-agent", *FRONTS])
def test_it_starts_no_program_but_python(name: str) -> None:
    assert values(f"{name}.service", "NoExecPaths")[:4] == ["/", "/tmp", "/var/tmp", "/dev/shm"]
    executable = [path for path in values(f"{name}.service", "ExecPaths") if "python" not in path]
    assert executable == ["/usr/lib", "-/lib", "-/lib64"]


@pytest.mark.parametrize("name", ["room-seal", "room-sockets"])
def test_what_the_agent_writes_wakes_the_helper_of_root(name: str) -> None:
    assert "/var/lib/room-agent/config.toml" in values(f"{name}.path", "PathChanged")
    assert values(f"{name}.path", "Unit") == [f"{name}.service"]


@pytest.mark.parametrize("name", ["room-display", "room-home", "room-meeting"])
def test_what_needs_x_comes_back_after_it(name: str) -> None:
    """A stop by dependency is no failure: BindsTo= or Requires= would leave the screen dark."""
    lines = lines_of(f"{name}.service")
    assert {"Wants=room-x.service", "BindReadOnlyPaths=/tmp/.X11-unix"} <= set(lines)
    assert not [line for line in lines if line.startswith(("BindsTo=", "Requires=", "PartOf="))]


@pytest.mark.parametrize("name", FOR_GOOD)
def test_nothing_waits_for_the_network(name: str) -> None:
    assert "network-online.target" not in values(f"{name}.service", "After")


@pytest.mark.parametrize("role", ["home", "meeting"])
def test_each_browser_sees_its_own_policies(role: str) -> None:
    text = (UNITS / f"room-{role}.service").read_text()
    assert f"\nBindReadOnlyPaths=/usr/share/room-agent/chromium/{role}:/etc/chromium/policies\n" in text
    assert (ROOT / "deploy" / "chromium" / role / "managed" / "room.json").exists()
