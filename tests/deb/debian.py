"""A Debian in a directory, with what the packages depend on and nothing of the network."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "deb-test"
RECOMMENDED = ("unattended-upgrades",)
"""What a box has besides what its packages depend on."""
SUITE = os.environ.get("SUITE", "bookworm")
_ENVIRONMENT = {
    "PATH": "/test/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


def dependencies(packages: list[Path]) -> list[str]:
    """What the packages depend on, themselves apart; of alternatives the first."""
    wanted: set[str] = set()
    for package in packages:
        shown = subprocess.run(
            ["dpkg-deb", "--field", str(package), "Pre-Depends", "Depends"], capture_output=True, text=True, check=True
        ).stdout
        for line in shown.splitlines():
            wanted.update(each.split("|")[0].split()[0] for each in line.partition(":")[2].split(",") if each.strip())
    return sorted(name for name in wanted if not name.startswith("room-"))


def base(packages: list[Path]) -> Path:
    """A Debian with these dependencies. Made once and kept in build/deb-test, until they change."""
    names = sorted({*dependencies(packages), *RECOMMENDED})
    folder = BUILD / f"{SUITE}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}"
    if not folder.exists():
        print(f"Making a Debian ({SUITE}) with {len(names)} packages; this takes some minutes ...", flush=True)
        BUILD.mkdir(parents=True, exist_ok=True)
        new = folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        subprocess.run(
            ["nice", "mmdebstrap", "--quiet", "--variant=apt", '--aptopt=APT::Install-Recommends "false"',
             f"--include={','.join(names)}", SUITE, str(new)],
            check=True, timeout=3600,
        )  # fmt: skip
        new.rename(folder)
    return folder


class Debian:
    """Commands in it see its files and processes of their own, and no network but an empty loopback."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def popen(self, *command: str, output: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start it; all it starts ends with it."""
        isolated = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.root}/proc"]
        return subprocess.Popen(
            [*isolated, "chroot", str(self.root), *command], env=_ENVIRONMENT, text=True, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, errors="replace",
        )  # fmt: skip

    def kill(self, process: subprocess.Popen[str]) -> None:
        """All that one of `popen` has started, at once; there is none of it afterwards."""
        process.kill()
        process.wait()
        wait_until(lambda: not self._has_processes(), within=60, what="the end of what was killed")

    def _has_processes(self) -> bool:
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "root").samefile(self.root):
                    return True
        return False

    def run(self, *command: str, status: int | None = 0, within_s: float = 300) -> str:
        """What it printed. It has to end with `status`."""
        process = self.popen(*command)
        try:
            printed, _ = process.communicate(timeout=within_s)
        finally:
            process.kill()  # nothing where it has ended
        if status is not None and process.returncode != status:
            raise AssertionError(f"{' '.join(command)}: exit status {process.returncode}\n{printed}")
        return printed

    def shell(self, script: str, status: int | None = 0, within_s: float = 300) -> str:
        """A script of its shell."""
        return self.run("sh", "-euc", script, status=status, within_s=within_s)

    def path(self, name: str) -> Path:
        """The file of that name in it."""
        return self.root / name.lstrip("/")

    def files(self) -> set[str]:
        """All there is, by path."""
        return {
            f"/{Path(folder, name).relative_to(self.root)}"
            for folder, folders, names in os.walk(self.root)
            for name in (*folders, *names)
        }


@contextlib.contextmanager
def fresh(lower: Path) -> Iterator[Debian]:
    """That Debian to change, until the end."""
    with tempfile.TemporaryDirectory(prefix="changes-", dir=BUILD) as changes:
        folders = {name: Path(changes, name) for name in ("upper", "work", "root")}
        for folder in folders.values():
            folder.mkdir()
        options = f"lowerdir={lower},upperdir={folders['upper']},workdir={folders['work']}"
        root = folders["root"]
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
        try:
            for device in ("null", "zero", "urandom", "random"):
                if not (root / "dev" / device).exists():
                    (root / "dev" / device).touch()
                subprocess.run(["mount", "--bind", f"/dev/{device}", str(root / "dev" / device)], check=True)
            yield Debian(root)
        finally:
            for device in ("null", "zero", "urandom", "random"):
                subprocess.run(["umount", "--lazy", str(root / "dev" / device)], check=False, stderr=subprocess.DEVNULL)
            subprocess.run(["umount", "--lazy", str(root)], check=False)
