"""Root's program that names a fresh box, over a file system of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "deploy" / "first-boot" / "room-first-boot"
MACHINE_ID = "0123456789abcdef0123456789abcdef"


class Image:
    """The root of a fresh image."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("etc/ssh", "sys/class/net", "proc/sys/kernel"):
            (root / folder).mkdir(parents=True)
        self.put("etc/hostname", "room-image\n")
        self.put("etc/hosts", "127.0.0.1 localhost\n127.0.1.1 room-image\n::1 localhost\n")
        self.put("etc/machine-id", f"{MACHINE_ID}\n")

    def put(self, path: str, text: str) -> None:
        (self.root / path).write_text(text)

    def card(self, name: str, address: str, number: int, *, kind: str = "1", wired: bool = True) -> None:
        folder = self.root / "sys/class/net" / name
        folder.mkdir()
        (folder / "device").mkdir()
        if not wired:
            (folder / "wireless").mkdir()
        for file, text in (("address", address), ("ifindex", str(number)), ("type", kind)):
            (folder / file).write_text(f"{text}\n")

    def start(self) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [sys.executable, "-I", PROGRAM, "--root", self.root, "--patience", "0"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))

    @property
    def name(self) -> str:
        return (self.root / "etc/hostname").read_text().strip()


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image(tmp_path)


def test_the_name_is_the_first_wired_cards(image: Image) -> None:
    image.card("wlan0", "02:00:00:00:00:01", 2, wired=False)
    image.card("eth1", "00:1b:21:aa:bb:cc", 4)
    image.card("eth0", "00:1b:21:a1:b2:c3", 3)
    image.card("lo", "00:00:00:00:00:00", 1, kind="772")
    assert image.start().returncode == 0
    assert image.name == "room-a1b2c3"
    assert (image.root / "proc/sys/kernel/hostname").read_text() == "room-a1b2c3"
    hosts = (image.root / "etc/hosts").read_text().splitlines()
    assert hosts == ["127.0.0.1 localhost", "::1 localhost", "127.0.1.1 room-a1b2c3"]


def test_without_a_card_it_is_the_machines_and_does_not_show_its_id(image: Image) -> None:
    assert image.start().returncode == 0
    first = image.name
    assert first.startswith("room-")
    assert first.removeprefix("room-") not in MACHINE_ID
    image.put("etc/hostname", "localhost\n")
    image.start()
    assert image.name == first


@pytest.mark.parametrize("name", ["berlin-4-017", "ROOM4", "room-a1b2c3"])
def test_a_name_that_was_given_stays(image: Image, name: str) -> None:
    image.card("eth0", "00:1b:21:a1:b2:c3", 2)
    image.put("etc/hostname", f"{name}\n")
    image.start()
    assert image.name == name


@pytest.mark.parametrize("address", ["00:00:00:00:00:00", "", "zz:zz:zz:zz:zz:zz", "00:1b:21:a1:b2:c3:00:00"])
def test_an_address_that_is_none_names_nobody(image: Image, address: str) -> None:
    image.card("eth0", address, 2)
    image.put("etc/machine-id", "uninitialized\n")
    done = image.start()
    assert (done.returncode, image.name) == (0, "room-image")
    assert "neither a wired network card nor a machine id" in done.stderr


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen on this machine: install openssh-client")
def test_keys_are_made_once_and_those_that_a_power_cut_left_empty_again(image: Image) -> None:
    image.put("etc/ssh/sshd_config", "")
    image.put("etc/ssh/ssh_host_ed25519_key", "")
    assert image.start().returncode == 0
    keys = {path.name: path.read_bytes() for path in (image.root / "etc/ssh").glob("ssh_host_*")}
    assert keys["ssh_host_ed25519_key"].startswith(b"-----BEGIN")
    image.start()
    assert {path.name: path.read_bytes() for path in (image.root / "etc/ssh").glob("ssh_host_*")} == keys


def test_where_there_is_no_ssh_there_are_no_keys(image: Image) -> None:
    assert image.start().returncode == 0
    assert list((image.root / "etc/ssh").iterdir()) == []
