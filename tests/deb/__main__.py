"""python -m tests.deb [WORD...]: the steps in order, with how long each took; the first that fails ends it.

With words only the steps whose names hold one of them, after those that all others need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.deb import debian
from tests.deb.box import Box
from tests.deb.steps import NEEDED, STEPS

TOOLS = ("mmdebstrap", "lintian", "dpkg-deb", "unshare", "apt-ftparchive", "gpg")


def main(words: list[str]) -> int:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        print(f"deb-test needs root and {', '.join(TOOLS)}; missing: {', '.join(missing) or 'root'}", file=sys.stderr)
        return 1
    unknown = [word for word in words if not any(word in step.__name__ for step in STEPS)]
    if unknown:
        print(f"no step is called like {', '.join(unknown)}", file=sys.stderr)
        return 2
    steps = [each for each in STEPS if not words or each in NEEDED or any(word in each.__name__ for word in words)]
    packages = [_built(name) for name in ("room-agent", "room-display")]
    lower = debian.base(packages)
    begun = time.monotonic()
    with debian.fresh(lower) as system:
        box = Box(system, packages)
        for step in steps:
            started = time.monotonic()
            try:
                step(box)
            except (AssertionError, subprocess.SubprocessError) as error:
                print(f"FAILED  {step.__name__}: {error}", flush=True)
                return 1
            print(f"ok {time.monotonic() - started:6.1f} s  {step.__name__.replace('_', ' ')}", flush=True)
    print(f"all {len(steps)} in {time.monotonic() - begun:.0f} s")
    return 0


def _built(name: str) -> Path:
    found = sorted((debian.ROOT / "dist").glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"dist/ has no {name}: make deb")
    return found[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
