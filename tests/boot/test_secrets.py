"""Secrets sealed with the key of the installation, by the real systemd-creds and the real systemd."""

from __future__ import annotations

import pytest

from tests.boot.box import Box
from tests.boot.rooms import KEY, SEALED, SECRET, STATE, forget, set_up
from tests.waiting import wait_until

PLAIN = f"{STATE}/secrets/{KEY}"
REASON = "calendar.secret_missing"
"""What the agent says of a secret that is not there."""

GIVEN = f"/run/credentials/room-agent.service/{KEY}"


def there(box: Box, path: str) -> bool:
    return box.run("sh", "-c", f"test -e {path} && echo yes", check=False) == "yes"


@pytest.fixture
def sealed(box: Box) -> Box:
    """A box whose secret is sealed, and whose core was started with it."""
    if not there(box, SEALED):
        set_up(box)
        wait_until(lambda: there(box, SEALED), within=20, what="the sealing")
        box.systemctl("restart", "room-agent.service")
        box.wait_ready("room-agent")
    return box


def test_a_secret_is_sealed_and_its_plain_file_goes(sealed: Box) -> None:
    wait_until(lambda: not there(sealed, PLAIN), within=10, what="the end of the plain file")
    assert SECRET not in sealed.run("cat", SEALED)
    assert sealed.run("runuser", "-u", "room-agent", "--", "cat", GIVEN) == SECRET


def test_the_secret_is_nowhere_else(sealed: Box) -> None:
    places = "/etc /var/lib /var/log /run/room-agent /run/room-display /tmp /var/tmp"
    found = sealed.run("sh", "-c", f"grep -rls '{SECRET}' {places}; true")
    assert found == ""
    assert SECRET not in sealed.run("ps", "axeww")


def test_only_the_core_can_read_it(sealed: Box) -> None:
    for user in ("room-web", "room-display", "nobody"):
        assert sealed.run("runuser", "-u", user, "--", "cat", GIVEN, SEALED, check=False) == ""


def spoil(box: Box) -> None:
    """As another disk or another TPM would: what is sealed does not open here."""
    box.run("sh", "-c", f"head -c 300 /dev/urandom | base64 > {SEALED}")


def test_a_sealed_secret_that_does_not_open_is_set_aside_before_the_core_starts(sealed: Box, figure: list[str]) -> None:
    """systemd would not even start the core with it."""
    spoil(sealed)
    sealed.kill("room-agent")
    wait_until(lambda: there(sealed, f"{SEALED}.unusable"), within=15, what="the sealed one being set aside")
    took = sealed.wait_ready("room-agent")
    figure.append(f"credential that does not open: core ready again after {took:.1f} s")
    assert "does not decrypt here" in sealed.journal("room-seal")
    wait_until(lambda: REASON in str(sealed.status()), within=20, what="the reason in the status")
    forget(sealed)


def test_the_core_that_systemd_does_not_start_is_healed_as_soon_as_it_can_be(sealed: Box) -> None:
    """243/CREDENTIALS (systemd.exec(5)), for as long as nobody sets it aside; the home screen is served meanwhile."""
    sealed.systemctl("mask", "--runtime", "room-seal.service")
    try:
        spoil(sealed)
        sealed.kill("room-agent")
        wait_until(lambda: "243/CREDENTIALS" in sealed.journal("room-agent"), within=15, what="the refusal")
        assert sealed.get("/")[0] == 200
        assert sealed.state("room-agent.service") == "activating"
    finally:
        sealed.systemctl("unmask", "--runtime", "room-seal.service")
    sealed.wait_ready("room-agent")
    assert there(sealed, f"{SEALED}.unusable")
    forget(sealed)
