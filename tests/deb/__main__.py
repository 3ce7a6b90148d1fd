"""Runs the steps in order and says how long each took; the first that fails ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.deb import debian
from tests.deb.steps import STEPS, Box

TOOLS = ("mmdebstrap", "lintian", "dpkg-deb", "unshare")


def main() -> int:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        print(f"deb-test needs root and {', '.join(TOOLS)}; missing: {', '.join(missing) or 'root'}", file=sys.stderr)
        return 1
    packages = [_built(name) for name in ("room-agent", "room-display")]
    lower = debian.base(packages)
    begun = time.monotonic()
    with debian.fresh(lower) as system:
        box = Box(system, packages)
        for step in STEPS:
            started = time.monotonic()
            try:
                step(box)
            except (AssertionError, subprocess.SubprocessError) as error:
                print(f"FAILED  {step.__name__}: {error}", flush=True)
                return 1
            print(f"ok {time.monotonic() - started:6.1f} s  {step.__name__.replace('_', ' ')}", flush=True)
    print(f"all {len(STEPS)} in {time.monotonic() - begun:.0f} s")
    return 0


def _built(name: str) -> Path:
    found = sorted((debian.ROOT / "dist").glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"dist/ has no {name}: make deb")
    return found[-1]


if __name__ == "__main__":
    sys.exit(main())
