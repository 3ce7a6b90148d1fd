"""Package servers as a box knows them: made with Debian's tools, signed, reached over HTTP."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.deb.debian import SUITE, Debian

SOURCE = """Types: deb
URIs: http://127.0.0.1:8000/{name}
Suites: {codename}
Components: main
Signed-By: /usr/share/keyrings/test.gpg

"""


class Suite(NamedTuple):
    """One folder of the server, and what its Release says of it."""

    name: str
    codename: str
    origin: str
    label: str


ROOMS = Suite("rooms", "stable", "Contoso", "Rooms")
SECURITY = Suite("debian-security", f"{SUITE}-security", "Debian", "Debian-Security")
OTHERS = Suite("others", "stable", "Contoso", "Others")
SUITES = (ROOMS, SECURITY, OTHERS)


class Key:
    """A key to sign with, forgotten with this object."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="key-")
        self.gpg("--quick-generate-key", "packages@contoso.example", "ed25519", "sign", "never")

    def gpg(self, *arguments: str) -> bytes:
        """What gpg printed; its agent is gone by then."""
        batch = ["--homedir", self._home.name, "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback"]
        try:
            return subprocess.run(["gpg", *batch, *arguments], check=True, capture_output=True).stdout
        finally:
            subprocess.run(["gpgconf", "--homedir", self._home.name, "--kill", "all"], check=True)


class Server:
    """Of all suites, empty at first; the Debian has no other sources afterwards."""

    def __init__(self, system: Debian) -> None:
        self._folder = system.path("/test/server")
        self._requests = system.path("/test/requests")
        self._key = Key()
        system.path("/usr/share/keyrings/test.gpg").write_bytes(self._key.gpg("--export"))
        system.path("/etc/apt/sources.list").unlink(missing_ok=True)
        lists = system.path("/etc/apt/sources.list.d")
        shutil.rmtree(lists)
        lists.mkdir()
        stanzas = (SOURCE.format(name=suite.name, codename=suite.codename) for suite in SUITES)
        (lists / "test.sources").write_text("".join(stanzas))
        impatient = 'Acquire::http::Timeout "2";\n'  # else half a minute for each try
        system.path("/etc/apt/apt.conf.d/test").write_text(impatient)
        for suite in SUITES:
            self.offer(suite, [])

    def offer(self, suite: Suite, files: Iterable[Path], key: Key | None = None) -> None:
        """These besides what was offered before, signed with that key or the one that the Debian knows."""
        root = self._folder / suite.name
        pool, dist = root / "pool", root / "dists" / suite.codename
        binary = dist / "main" / f"binary-{architecture()}"
        for folder in (pool, binary):
            folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, pool / file.name)
        (binary / "Packages").write_bytes(_output("apt-ftparchive", "packages", "pool", cwd=root))
        says = {
            "Origin": suite.origin, "Label": suite.label, "Suite": suite.codename, "Codename": suite.codename,
            "Architectures": architecture(), "Components": "main",
        }  # fmt: skip
        options = [f"--option=APT::FTPArchive::Release::{name}={value}" for name, value in says.items()]
        for name in ("Release", "InRelease"):
            (dist / name).unlink(missing_ok=True)
        release = _output("apt-ftparchive", *options, "release", ".", cwd=dist)
        (dist / "Release").write_bytes(release)
        (dist / "InRelease").write_bytes((key or self._key).gpg("--clearsign", "--output", "-", str(dist / "Release")))

    def withdraw(self, suite: Suite, pattern: str) -> None:
        """No longer those files."""
        for file in (self._folder / suite.name / "pool").glob(pattern):
            file.unlink()
        self.offer(suite, [])

    def requests(self) -> list[str]:
        """What was asked for since this was called last."""
        lines = self._requests.read_text().splitlines() if self._requests.exists() else []
        self._requests.unlink(missing_ok=True)
        return lines


def architecture() -> str:
    """Debian's name of this machine's."""
    return _output("dpkg", "--print-architecture").decode().strip()


def _output(*command: str, cwd: Path | None = None) -> bytes:
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE).stdout
