"""dpkg and apt, asked and told without a shell, each call with an end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from room_upgrade.record import KEPT

NAMES = ("room-agent", "room-display")
STORE = KEPT / "packages"
REBOOT_REQUIRED = Path("/run/reboot-required")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+~:-]{0,99}")
_IN_ADDRESS = re.compile(r"//[^/\s]*@")
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "HOME": "/root",
}
_KEEP_CONFFILES = ("--force-confdef", "--force-confold")
_APT = ("apt-get", "--yes", "--quiet", "--option", "DPkg::Lock::Timeout=600")
_APT_CONFFILES = [part for each in _KEEP_CONFFILES for part in ("--option", f"Dpkg::Options::={each}")]
QUERY_S, UPDATE_S, INSTALL_S, SYSTEM_S = 60, 600, 1200, 3600


class PackageError(Exception):
    """dpkg or apt does not do it; the sentence is theirs, shortened."""


def run(command: Sequence[str], within_s: float, cwd: Path | None = None) -> str:
    """What it printed. Raises PackageError."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=within_s, check=False, env=_ENVIRONMENT,
            cwd=cwd, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PackageError(f"{command[0]}: not done within {within_s:.0f} s") from None
    except OSError as error:
        raise PackageError(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        printed = done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}"
        raise PackageError(f"{command[0]}: {sentence(printed)}")
    return done.stdout


def sentence(printed: str) -> str:
    """What went wrong, of what apt or dpkg printed: the first error, which names server or package; else the last line.

    Addresses are without a name and password that they were given: anybody may read the state.
    """
    lines = printed.splitlines()
    said = lines[-1]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(("E: ", "dpkg: error")):
            said = f"{line} {following.strip()}" if line.endswith(":") and following.startswith(" ") else line
            break
    return _IN_ADDRESS.sub("//", said.removeprefix("E: ").removeprefix("dpkg: ").strip())[:200]


def installed() -> dict[str, str]:
    """Version by name of those of our packages that are wholly installed."""
    try:
        listed = run(["dpkg-query", "--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\n"], QUERY_S)
    except PackageError:
        return {}
    rows = (line.split(" ") for line in listed.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[0] in NAMES and row[2] == "installed"}


def identity(file: Path) -> tuple[str, str]:
    """Name and version of a package file. Raises PackageError for one that is not ours."""
    fields = run(["dpkg-deb", "--show", "--showformat", "${Package} ${Version}", str(file)], QUERY_S).split(" ")
    if len(fields) != 2 or fields[0] not in NAMES or not _VERSION.fullmatch(fields[1]):
        raise PackageError(f"{file}: not a package of the room agent")
    return fields[0], fields[1]


def is_newer(version: str, than: str) -> bool:
    """By Debian's order of versions."""
    try:
        run(["dpkg", "--compare-versions", version, "gt", than], QUERY_S)
    except PackageError:
        return False
    return True


def keep(files: Sequence[Path]) -> list[Path]:
    """Copies in /var/lib/room-upgrade/packages, durable."""
    STORE.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = []
    for file in files:
        name, version = identity(file)
        target = STORE / f"{name}_{version}.deb"
        if file.resolve() != target:
            shutil.copyfile(file, target.with_suffix(".new"))
            target.with_suffix(".new").rename(target)
        kept.append(target)
    os.sync()
    return kept


def obtain(name: str, version: str) -> Path:
    """The file of a version: a kept one, else from the package server, checked by apt. Raises PackageError."""
    kept = STORE / f"{name}_{version}.deb"
    if kept.exists() and identity(kept) == (name, version):
        return kept
    folder = STORE / "fetched"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    run([*_APT, "--option", "APT::Sandbox::User=root", "download", f"{name}={version}"], UPDATE_S, cwd=folder)
    try:
        return keep(list(folder.glob("*.deb"))[:1])[0]
    except IndexError:
        raise PackageError(f"{name} {version}: not to be had") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prune(versions: Sequence[str]) -> None:
    """Keep the files of these versions only."""
    for file in STORE.glob("*"):
        if not any(file.name.endswith(f"_{version}.deb") for version in versions):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


def update() -> None:
    """Ask the package servers what there is. Of those that do not answer the first is named, so apt must end by itself:
    not for each suite four times half a minute. The next quarter of an hour asks again."""
    run([*_APT, "--option", "Acquire::Retries=1", "update", "--error-on=any"], UPDATE_S)


def candidate(name: str) -> str | None:
    """The version that apt would install."""
    found = re.search(r"^ *Candidate: (\S+)$", run(["apt-cache", "policy", name], QUERY_S), re.MULTILINE)
    return found[1] if found and _VERSION.fullmatch(found[1]) else None


def pending() -> tuple[int, int]:
    """How many packages have a newer version, and how many of those for the sake of security."""
    return count(run([*_APT, "--simulate", "dist-upgrade"], QUERY_S))


def count(simulated: str) -> tuple[int, int]:
    """Of what `apt-get --simulate` prints: `Inst name [old] (new Debian-Security:12/… [amd64])`."""
    lines = [line for line in simulated.splitlines() if line.startswith("Inst ")]
    return len(lines), sum("-security" in line.lower() for line in lines)


def install(files: Sequence[Path], *, from_network: bool) -> None:
    """Put them in place of what is there. Changed conffiles stay. Raises PackageError.

    With apt where they came from a server, so that what they newly depend on comes with them.
    """
    if from_network:
        run([*_APT, "--no-remove", "--allow-downgrades", *_APT_CONFFILES, "install", *map(str, files)], INSTALL_S)
    else:
        run(["dpkg", *_KEEP_CONFFILES, "--install", *map(str, files)], INSTALL_S)


def heal() -> None:
    """Finish what a power cut interrupted, as far as that goes; what is broken is for the caller to replace."""
    try:
        run(["dpkg", *_KEEP_CONFFILES, "--configure", "--pending"], INSTALL_S)
    except PackageError:
        return


def system_upgrade() -> None:
    """What the administrator lets unattended-upgrades do: by default Debian's security corrections."""
    if shutil.which("unattended-upgrade", path=_ENVIRONMENT["PATH"]):
        run(["unattended-upgrade"], SYSTEM_S)
