"""A box's life with the packages, in order: each step leaves the system as the next one expects it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from tests.deb import nights, variants
from tests.deb.box import UPGRADE, Box
from tests.deb.debian import ROOT
from tests.waiting import wait_until

INSTALL_S = 60
LARGEST = 60 * 1024 * 1024
USERS = ("room-agent", "room-web", "room-display")
CONFIG = """[room]
mailbox = "sjroom@contoso.example"
[calendar]
source = "ews"
[calendar.ews]
endpoint = "https://mail.contoso.example/EWS/Exchange.asmx"
username = "mailboxservice@contoso.example"
password_file = "secrets/calendar.ews.password"
"""
NOT_THE_PACKAGES = re.compile(
    r"/(test|proc|dev|tmp|run/(lock|room-agent\.pid)|var/(cache|log|lib/(dpkg|apt|systemd)|backups)|etc/(passwd|group|g?shadow|subuid|subgid)-?$"
    r"|etc/\.pwd\.lock|etc/\.#(group|passwd|g?shadow)\w+$|run/(reboot-required|unattended-upgrades\.\w+)$"
    r"|etc/apt/(apt\.conf\.d/test|sources\.list\.d/test\.sources)$|usr/share/keyrings/test\.gpg$"
    r"|usr/share/man|usr/local|root)(/|$)"
)
"""What dpkg and the system note for themselves, some of it cut off by a test's power cut, and what the test brings."""
CUT_WITHIN_S = 120


class Cut(NamedTuple):
    """The power goes `after_s` seconds after dpkg has written a line like `logged`."""

    when: str
    logged: str
    after_s: float = 0


CUTS = (
    Cut("before the first file", "startup archives install"),
    Cut("amid the files", "status half-installed room-agent", 1),
    Cut("before it is configured", "configure room-agent"),
    Cut("on trial", "status installed room-display", 1),
)


def packages_are_small_and_lintian_has_nothing_to_say(box: Box) -> None:
    for package in box.packages:
        assert package.stat().st_size <= LARGEST, package
    done = subprocess.run(
        ["lintian", "--fail-on", "error,warning", *map(str, box.packages)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def they_install_offline(box: Box) -> None:
    box.before = box.system.files()
    names = []
    for package in box.packages:
        shutil.copyfile(package, box.folder / package.name)
        names.append(f"/test/packages/{package.name}")
    begun = time.monotonic()
    box.system.run("dpkg", "--refuse-unsafe-io", "--install", *names)
    box.install_s = time.monotonic() - begun
    assert set(box.installed().values()) == {box.version}
    assert box.system.run("dpkg", "--verify", "room-agent", "room-display") == ""


def installing_takes_less_than_a_minute(box: Box) -> None:
    print(f"          installed in {box.install_s:.1f} s")
    assert box.install_s <= INSTALL_S


def files_are_roots_and_nobody_elses_to_change(box: Box) -> None:
    new = box.system.files() - box.before
    for name in sorted(new):
        info = box.system.path(name).lstat()
        if stat.S_ISLNK(info.st_mode) or NOT_THE_PACKAGES.match(name):
            continue
        assert not info.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH | stat.S_IWGRP), (
            f"{name}: {info.st_mode:o}"
        )
        if not name.startswith(("/var/lib/room-", "/run/room-")):
            assert (info.st_uid, info.st_gid) == (0, 0), name
    assert box.system.path("/var/lib/room-agent").stat().st_mode & 0o777 == 0o700


def users_have_no_password_and_no_shell(box: Box) -> None:
    for user in USERS:
        assert box.system.run("getent", "passwd", user).strip().endswith(":/usr/sbin/nologin")
        assert box.system.shell(f"grep '^{user}:' /etc/shadow").split(":")[1].startswith("!")
    for member in USERS[1:]:
        assert "room-agent" in box.system.run("id", "-nG", member).split()


def units_are_enabled(box: Box) -> None:
    listed = box.system.shell("cd /usr/lib/systemd/system && grep -l '^WantedBy=' room-*").split()
    assert {"room-agent.service", "room-web.socket", "room-x.service", "room-upgrade.timer"} <= set(listed)
    for unit in listed:
        assert box.system.run("/usr/bin/systemctl", "is-enabled", unit, status=None).strip() == "enabled", unit


def programs_and_manuals_answer(box: Box) -> None:
    assert box.version in box.system.run("room-agent", "--version")
    assert box.version in box.system.run("room-display", "--version")
    for name in ("man1/room-agent.1.gz", "man1/room-display.1.gz", "man8/room-upgrade.8.gz"):
        assert box.system.path(f"/usr/share/man/{name}").exists() or "path-exclude" in box.system.shell(
            "cat /etc/dpkg/dpkg.cfg.d/* 2>/dev/null || echo path-exclude"
        ), name
    bill = json.loads(box.system.path("/usr/share/doc/room-agent/sbom.cdx.json").read_text())
    locked = len(re.findall(r"(?m)^[\w.-]+==", (ROOT / "requirements.lock").read_text()))
    assert len(bill["components"]) > locked / 2


def the_agent_serves_as_its_user(box: Box) -> None:
    """Of a box with a configuration and a database that an older version left; Exchange is not to be reached."""
    box.ready()
    state = box.system.path("/var/lib/room-agent")
    (state / "config.toml").write_text(CONFIG)
    (state / "secrets" / "calendar.ews.password").write_text("hunter2\n")
    for name in ("room.db", "room.db-wal", "room.db-shm"):
        (state / name).unlink(missing_ok=True)
    with closing(sqlite3.connect(state / "room.db")) as database:
        database.executescript((ROOT / "tests/data/store/0001.sql").read_text())
    box.system.shell("chown -R room-agent:room-agent /var/lib/room-agent && chmod -R go= /var/lib/room-agent")
    box.ready()
    assert box.meetings() == ["mA", "mB"]
    owners = box.system.shell("find /var/lib/room-agent ! -user room-agent")
    assert owners == ""


def an_upgrade_keeps_database_and_configuration(box: Box) -> None:
    policy = box.system.path("/etc/room-agent/upgrade.toml")
    policy.write_text(policy.read_text().replace('"02:00-05:00"', '"01:00-04:00"').replace("s = 300", "s = 60"))
    last = box.upgrade(box.bring("0.2.0", variants.new_conffile), status=1)
    assert (last["outcome"], box.installed()["room-agent"]) == ("failed", box.version), last  # no package to go back to

    box.system.shell(f"mkdir -p /var/lib/room-upgrade/packages && cd /test/packages && "
                     f"for name in room-agent room-display; do cp $name*_{box.version}_*.deb "
                     f"/var/lib/room-upgrade/packages/${{name}}_{box.version}.deb; done")  # fmt: skip
    last = box.upgrade(box.bring("0.2.0", variants.new_conffile), status=0)
    assert (last["outcome"], last["from"], last["to"]) == ("done", box.version, "0.2.0"), last
    assert set(box.installed().values()) == {"0.2.0"}
    assert "0.2.0" in box.system.run("room-agent", "--version")
    assert box.meetings() == ["mA", "mB"]
    assert '"01:00-04:00"' in policy.read_text()


def a_failed_migration_is_taken_back(box: Box) -> None:
    last = box.upgrade(box.bring("0.3.0", variants.failing_migration), status=1)
    assert (last["outcome"], last["reason"]) == ("rolled_back", "store.not_migrated"), last
    _is_as_before(box)


def a_version_that_does_not_start_is_taken_back(box: Box) -> None:
    last = box.upgrade(box.bring("0.3.1", variants.does_not_start), status=1)
    assert (last["outcome"], last["reason"]) == ("rolled_back", "agent.not_ready"), last
    _is_as_before(box)


def a_version_that_cannot_be_configured_is_taken_back(box: Box) -> None:
    last = box.upgrade(box.bring("0.3.2", variants.failing_postinst), status=1)
    assert last["outcome"] == "rolled_back", last
    assert last["reason"].startswith("not installed: "), last
    _is_as_before(box)


def a_power_cut_in_the_middle_heals(box: Box) -> None:
    """Everything is killed at once, later and later; the next start finishes it or takes it back."""
    versions = {"0.2.0": _kept(box, "0.2.0"), "0.4.0": box.bring("0.4.0")}
    for cut in CUTS:
        [before] = set(box.installed().values())
        [after] = versions.keys() - {before}
        begun = time.monotonic()
        _cut_off(box, cut, UPGRADE, "install", *versions[after])
        left = box.system.shell("dpkg-query -W -f '${Package} ${db:Status-Status}, ' 'room-*'").strip(" ,")
        box.system.run(UPGRADE, "finish", status=None)
        last = box.last()
        expected = after if last["outcome"] == "done" else before
        assert box.installed() == {"room-agent": expected, "room-display": expected}, last
        assert last["outcome"] in ("done", "rolled_back"), last
        assert box.system.run("dpkg", "--audit") == ""
        assert box.system.run("dpkg", "--verify", "room-display") == ""
        assert box.meetings() == ["mA", "mB"]
        print(f"          {cut.when}: {left}; {last['outcome']} within {time.monotonic() - begun:.0f} s", flush=True)


def a_power_cut_in_plain_dpkg_heals(box: Box) -> None:
    """Without room-upgrade: as an administrator installs by hand, and says it again."""
    versions = {"0.2.0": _kept(box, "0.2.0"), "0.4.0": _kept(box, "0.4.0")}
    install = ("dpkg", "--force-confold", "--install")
    for cut in CUTS[1:3]:
        [before] = set(box.installed().values())
        [after] = versions.keys() - {before}
        _cut_off(box, cut, *install, *versions[after])
        box.system.run("dpkg", "--force-confold", "--configure", "-a", status=None)
        box.system.run(*install, *versions[after])
        assert set(box.installed().values()) == {after}
        assert box.system.run("dpkg", "--audit") == ""
    box.ready()
    assert box.meetings() == ["mA", "mB"]


def a_reset_forgets_the_room(box: Box) -> None:
    box.system.shell("setpriv --reuid room-agent --regid room-agent --init-groups room-agent setup reset --yes")
    assert not box.system.path("/var/lib/room-agent/config.toml").exists()
    box.ready()


def removing_leaves_state_and_configuration(box: Box) -> None:
    box.system.run("dpkg", "--remove", "room-display", "room-agent")
    assert not box.system.path("/usr/lib/room-agent").exists()
    assert box.system.path("/var/lib/room-agent").exists()
    assert box.system.path("/etc/room-agent/upgrade.toml").exists()


def purging_leaves_nothing(box: Box) -> None:
    """But the three users, whose numbers must not become somebody else's."""
    box.system.path("/etc/credstore.encrypted/room-agent.calendar.ews.password").write_text("sealed")
    box.system.run("dpkg", "--purge", "room-display", "room-agent")
    left = {name for name in box.system.files() - box.before if not NOT_THE_PACKAGES.match(name)}
    assert left <= {"/etc/credstore.encrypted"}, sorted(left)


def _cut_off(box: Box, cut: Cut, *command: str) -> None:
    """Let it come that far, then kill everything."""
    log = box.system.path("/var/log/dpkg.log")
    written = log.stat().st_size
    process = box.system.popen(*command, output=subprocess.DEVNULL)
    try:
        wait_until(
            lambda: cut.logged in log.read_text()[written:] or process.poll() is not None,
            within=CUT_WITHIN_S,
            what=f"{cut.logged} in dpkg's log",
        )
        assert process.poll() is None, f"{command[0]} was over before it came to: {cut.logged}"
        time.sleep(cut.after_s)
    finally:
        box.system.kill(process)


def _is_as_before(box: Box) -> None:
    assert set(box.installed().values()) == {"0.2.0"}
    assert box.system.run("dpkg", "--audit") == ""
    assert box.meetings() == ["mA", "mB"]
    box.ready()


def _kept(box: Box, version: str) -> list[str]:
    return [f"/test/packages/{path.name}" for path in sorted(box.folder.glob(f"room-*_{version}_*.deb"))]


STEPS: tuple[Callable[[Box], None], ...] = (
    packages_are_small_and_lintian_has_nothing_to_say,
    they_install_offline,
    installing_takes_less_than_a_minute,
    files_are_roots_and_nobody_elses_to_change,
    users_have_no_password_and_no_shell,
    units_are_enabled,
    programs_and_manuals_answer,
    the_agent_serves_as_its_user,
    an_upgrade_keeps_database_and_configuration,
    a_failed_migration_is_taken_back,
    a_version_that_does_not_start_is_taken_back,
    a_version_that_cannot_be_configured_is_taken_back,
    a_power_cut_in_the_middle_heals,
    a_power_cut_in_plain_dpkg_heals,
    *nights.STEPS,
    a_reset_forgets_the_room,
    removing_leaves_state_and_configuration,
    purging_leaves_nothing,
)
NEEDED = (they_install_offline, the_agent_serves_as_its_user)
