"""Root's program that seals secrets, as a process of its own with a systemd-creds that stands in for the real one."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "deploy" / "seal" / "room-seal"
KEY = "calendar.ews.password"
CREDS = f"""#!{sys.executable} -I
import base64, os, sys
verb, mode = sys.argv[1], os.environ.get("MODE", "")
options = dict(each.lstrip("-").partition("=")[::2] for each in sys.argv[2:] if each.startswith("--"))
if verb == "has-tpm2":
    sys.exit(0 if "tpm" in mode else 1)
given = sys.stdin.buffer.read()
if verb == "encrypt":
    if "refuses" in mode and options["with-key"] == "tpm2":
        sys.exit(1)
    if "full" in mode:
        sys.exit(1)
    pcrs = options.get("tpm2-pcrs", "none")
    head = f"{{options['with-key']}}:{{pcrs}}:{{options['name']}}:".encode()
    sys.stdout.buffer.write(head + base64.b64encode(given))
else:
    key, _, name, content = given.split(b":")
    if name.decode() != options["name"] or "stranger" in mode:
        sys.exit(1)
    sys.stdout.buffer.write(base64.b64decode(content) + (b"!" if "garbles" in mode else b""))
"""
SYSTEMCTL = '#!/bin/sh\necho "${ACTIVE:-active}"\n'


class Machine:
    """Directories as on a box, and the program over them."""

    def __init__(self, directory: Path) -> None:
        self.state, self.sealed, self.run = directory / "state", directory / "credstore", directory / "run"
        self.bin = directory / "bin"
        for each in (self.state / "secrets", self.run, self.bin):
            each.mkdir(parents=True)
        for name, text in (("systemd-creds", CREDS), ("systemctl", SYSTEMCTL)):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        self.configure(f'[calendar.ews]\npassword_file = "secrets/{KEY}"\n')

    def configure(self, text: str) -> None:
        (self.state / "config.toml").write_text(text)

    def secret(self, text: str = "hunter2", name: str = KEY) -> Path:
        path = self.state / "secrets" / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def seal(self, mode: str = "", active: str = "active") -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "MODE": mode, "ACTIVE": active}
        command = [sys.executable, "-I", str(PROGRAM), "--state", str(self.state), "--sealed", str(self.sealed)]
        return subprocess.run(
            [*command, "--run", str(self.run)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def credential(self, key: str = KEY) -> str:
        path = self.sealed / f"room-agent.{key}"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize(("mode", "head"), [("tpm", "tpm2::"), ("", "host:none:"), ("tpm refuses", "host:none:")])
def test_a_secret_is_sealed_with_the_best_key_there_is_and_said_so(machine: Machine, mode: str, head: str) -> None:
    plain = machine.secret()

    done = machine.seal(mode)

    assert (done.returncode, done.stderr) == (0, "")
    assert machine.credential().startswith(f"{head}{KEY}:")
    key = head.partition(":")[0]
    assert f"sealed with the key {key}" in done.stdout
    assert (machine.run / "key").read_text() == f'{{"key": "{key}"}}\n'
    assert plain.exists()  # the running agent was started without it
    assert "hunter2" not in done.stdout
    assert (machine.sealed / f"room-agent.{KEY}").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("active", "stays"), [("inactive", False), ("failed", False), ("active", True),
                                               ("activating", True), ("deactivating", True), ("", True)])  # fmt: skip
def test_the_plain_file_goes_only_while_the_agent_rests(machine: Machine, active: str, stays: bool) -> None:
    plain = machine.secret()
    machine.seal()

    assert machine.seal(active=active or "unknown").returncode == 0

    assert plain.exists() is stays
    assert machine.credential()


@pytest.mark.parametrize("mode", ["garbles", "full", "stranger"])
def test_a_plain_file_whose_sealed_one_does_not_decrypt_stays(machine: Machine, mode: str) -> None:
    plain = machine.secret()

    done = machine.seal(mode, active="inactive")

    assert done.returncode == 1
    assert plain.read_text() == "hunter2"
    assert machine.credential() == ""
    assert "hunter2" not in done.stderr


def test_what_is_sealed_is_left_alone_and_another_secret_takes_its_place(machine: Machine) -> None:
    machine.secret()
    machine.seal(active="inactive")
    before = (machine.sealed / f"room-agent.{KEY}").stat()
    assert machine.seal().stdout == ""
    assert (machine.sealed / f"room-agent.{KEY}").stat().st_ino == before.st_ino

    machine.secret("entered again")
    machine.seal()

    assert machine.credential().endswith("ZW50ZXJlZCBhZ2Fpbg==")


def test_a_sealed_one_that_does_not_decrypt_here_is_set_aside_and_may_come_back(machine: Machine) -> None:
    """The agent could not be started with it: systemd fails a unit whose credential does not decrypt."""
    machine.secret()
    machine.seal(active="inactive")

    done = machine.seal("stranger", active="inactive")

    assert (done.returncode, machine.credential()) == (1, "")
    assert "give the room this secret again" in done.stderr
    assert machine.seal("stranger").returncode == 0
    assert "decrypts again" in machine.seal().stdout
    assert machine.credential()


def test_after_a_reset_nothing_sealed_is_left(machine: Machine) -> None:
    machine.secret().unlink()
    machine.secret()
    machine.seal(active="inactive")
    (machine.state / "config.toml").unlink()
    (machine.state / "secrets").rmdir()

    assert machine.seal().returncode == 0

    assert list(machine.sealed.iterdir()) == []


@pytest.mark.parametrize("text", ["[calendar", "\x00", "a = " + "[" * 100_000])
def test_a_configuration_that_cannot_be_read_changes_nothing(machine: Machine, text: str) -> None:
    machine.secret()
    machine.seal(active="inactive")
    machine.configure(text)

    assert machine.seal().returncode == 1

    assert machine.credential()


def test_only_what_the_configuration_names_in_the_folder_of_secrets_is_sealed(machine: Machine) -> None:
    machine.secret(name="admin-pin")
    machine.secret(name="elsewhere")
    machine.configure(
        f'[calendar.ews]\npassword_file = "{machine.state}/secrets/elsewhere"\n'
        'client_secret_file = "../bin/systemctl"\n'
        'ca_file = "secrets/admin-pin"\n[calendar.graph]\nclient_secret_file = "secrets/.."\ncertificate_file = 5\n'
    )

    assert machine.seal(active="inactive").returncode == 0

    assert [path.name for path in machine.sealed.iterdir()] == [f"room-agent.{KEY}"]
    assert [path.name for path in (machine.state / "secrets").iterdir()] == ["admin-pin"]


def test_roots_eyes_are_not_lent(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text("root:secret")
    path = machine.state / "secrets" / KEY
    path.symlink_to(tmp_path / "shadow")
    linked = machine.seal(active="inactive")
    path.unlink()
    path.hardlink_to(tmp_path / "shadow")
    hard = machine.seal(active="inactive")
    path.unlink()
    os.mkfifo(path)
    pipe = machine.seal(active="inactive")

    assert [each.returncode for each in (linked, hard, pipe)] == [1, 1, 1]
    assert machine.credential() == ""
    assert path.exists()


def test_without_systemd_creds_it_fails_in_one_sentence(machine: Machine) -> None:
    machine.secret()
    (machine.bin / "systemd-creds").unlink()

    done = machine.seal()

    assert done.returncode == 1
    assert done.stderr.startswith("room-seal: systemd-creds has-tpm2: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(shutil.which("systemd-creds") is None, reason="no systemd-creds on this machine: install systemd")
def test_the_real_systemd_creds_seals_and_opens_it(machine: Machine) -> None:
    """With a key of its own: SYSTEMD_CREDENTIAL_SECRET (systemd's ENVIRONMENT.md)."""
    plain = machine.secret("hünter2\n")
    (machine.bin / "systemd-creds").write_text(
        f"#!/bin/sh\n[ $1 = has-tpm2 ] && exit 1\nexport SYSTEMD_CREDENTIAL_SECRET={machine.run}/secret\n"
        f'exec {shutil.which("systemd-creds")} "$@"\n'
    )

    done = machine.seal(active="inactive")

    assert (done.returncode, plain.exists()) == (0, False), done.stderr
    opened = subprocess.run(
        [machine.bin / "systemd-creds", "decrypt", f"--name={KEY}", machine.sealed / f"room-agent.{KEY}", "-"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert opened.stdout == "hünter2\n"
    assert "hünter2" not in machine.credential()


def test_program_unit_and_agent_name_the_same_secrets() -> None:
    tree = ast.parse(PROGRAM.read_text())
    keys = next(ast.literal_eval(node.value) for node in tree.body
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "KEYS")  # fmt: skip
    unit = (ROOT / "systemd" / "room-agent.service").read_text()
    assert re.findall(r"^LoadCredentialEncrypted=(\S+)$", unit, re.MULTILINE) == [f"{k}:room-agent.{k}" for k in keys]
    code = "".join((ROOT / "agent" / "app" / name).read_text() for name in ("accounts.py", "for_fronts.py"))
    read = set(re.findall(r'"((?:calendar|network|web)\.[a-z_.]+)", [\w.]+_file', code))
    assert read == set(keys)
