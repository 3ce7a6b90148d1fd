"""`python -m tests.vm [STEP…]`: a box's life in a virtual machine, with a table of times and a picture of each step."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.vm import machine
from tests.vm.box import Box
from tests.vm.scenario import STEPS

PICTURES = Path("build/vm")


def main() -> int:
    """All steps, or those that are named; 1 when one fails, and the rest is not tried then."""
    lacking = machine.missing()
    if lacking:
        sys.stderr.write(f"Missing: {', '.join(lacking)}; see deploy/docs/image.md.\n")
        return 1
    wanted = sys.argv[1:] or [step.__name__ for step in STEPS]
    with tempfile.TemporaryDirectory(prefix="room-vm-") as folder:
        processor = machine.accelerator(Path(folder))
        _tell(f"{'emulated' if 'tcg' in processor else 'virtual'} processor; pictures go to {PICTURES}")
        box_machine = machine.Machine(Path(folder) / "box", processor)
        try:
            return _steps(Box(box_machine, PICTURES), wanted)
        finally:
            box_machine.power_off()


def _steps(box: Box, wanted: list[str]) -> int:
    for step in STEPS:
        if step.__name__ not in wanted:
            continue
        begun = time.monotonic()
        try:
            times = step(box)
        except AssertionError as error:
            _tell(f"FAIL  {step.__name__}: {error}")
            return 1
        _tell(f"pass  {step.__name__} ({time.monotonic() - begun:.0f} s): {step.__doc__}")
        for what, taken in times.items():
            _tell(f"        {taken:7.1f} s  {what}")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
