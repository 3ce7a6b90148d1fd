"""Other versions of a built package: unpacked, changed, packed again."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SITE = "usr/lib/room-agent/lib/python3.*/site-packages"
Change = Callable[[Path], None]


def unchanged(tree: Path) -> None:
    """Another version of the same."""


def new_conffile(tree: Path) -> None:
    """A version that brings another default."""
    policy = tree / "etc/room-agent/upgrade.toml"
    policy.write_text(policy.read_text().replace("margin_min = 30", "margin_min = 45"))


def failing_migration(tree: Path) -> None:
    """A version whose migration has a defect."""
    versions = _one(tree, f"{SITE}/agent/store/migrations/versions")
    latest = max(path.name[1:5] for path in versions.glob("v[0-9]*.py"))
    new = f"{int(latest) + 1:04}"
    (versions / f"v{new}_defect.py").write_text(
        f'revision = "{new}"\ndown_revision = "{latest}"\n\n\ndef upgrade() -> None:\n    raise RuntimeError\n'
    )
    schema = _one(tree, f"{SITE}/agent/store/schema.py")
    schema.write_text(schema.read_text().replace(f'REVISION = "{latest}"', f'REVISION = "{new}"'))


def does_not_start(tree: Path) -> None:
    """A version with a module that cannot be imported."""
    _one(tree, f"{SITE}/agent/app/programs.py").write_text("raise RuntimeError\n")


def failing_postinst(tree: Path) -> None:
    """A version that cannot be configured."""
    script = tree / "DEBIAN/postinst"
    script.write_text(script.read_text().replace("set -e\n", 'set -e\n[ "$1" != configure ] || exit 1\n', 1))


def needs_another_package(tree: Path) -> None:
    """A version that brings another default, and depends on what no box has yet."""
    new_conffile(tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Depends: ", "Depends: tested-newcomer, ", control.read_text()))


def small(name: str, version: str, folder: Path, *, postinst: str = "true") -> Path:
    """A package of Debian's kind with nothing in it."""
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        scripts = Path(directory, "tree/DEBIAN")
        scripts.mkdir(parents=True)
        (scripts / "control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Nobody <nobody@contoso.example>\n"
            "Description: package of a test\n"
        )
        (scripts / "postinst").write_text(f"#!/bin/sh\n{postinst}\n")
        (scripts / "postinst").chmod(0o755)
        return _pack(scripts.parent, folder / f"{name}_{version}_all.deb")


def variant(package: Path, version: str, change: Change, folder: Path) -> Path:
    """The file of that version in `folder`."""
    name = package.name.split("_")[0]
    target = folder / f"{name}_{version}_{change.__name__}.deb"
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        tree = Path(directory, "tree")
        subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
        control = tree / "DEBIAN/control"
        text = re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE)
        control.write_text(re.sub(r"room-agent \(= [^)]*\)", f"room-agent (= {version})", text))
        if name == "room-agent":
            metadata = _one(tree, f"{SITE}/room_agent-*.dist-info/METADATA")
            metadata.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", metadata.read_text(), count=1))
            change(tree)
        return _pack(tree, target)


def _pack(tree: Path, target: Path) -> Path:
    pack = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(target)]
    subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
    return target


def _one(tree: Path, pattern: str) -> Path:
    [found] = tree.glob(pattern)
    return found
