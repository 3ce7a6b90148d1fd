"""Print every figure beside its goal, and the time of a calibration loop, so that runs can be compared."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import joining, polling, starting, syncing
from tests.bench.figures import Figure, table


def calibration_s() -> float:
    """A fixed piece of work: how fast this machine is right now."""
    begun = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number * number % 7
    assert total
    return time.perf_counter() - begun


def main() -> None:
    loops = [calibration_s() for _ in range(5)]
    figures = [Figure("calibration loop", f"{statistics.median(loops):.3f} s", "compare with other runs")]
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        figures += [*joining.figures(), *polling.figures(), *starting.figures(place), *syncing.figures(place)]
    sys.stdout.write(table(figures))


if __name__ == "__main__":
    main()
