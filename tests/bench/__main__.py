"""Print every figure beside its goal, and the time of a calibration loop, so that runs can be compared."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import control, display, graph, joining, operating, page, polling, setting_up, starting, syncing
from tests.bench.figures import Figure, table


def calibration_s() -> float:
    """A fixed piece of work: how fast this machine is right now."""
    begun = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number * number % 7
    assert total
    return time.perf_counter() - begun


SUITES: Mapping[str, Callable[[Path], list[Figure]]] = {
    "joining": lambda _: joining.figures(),
    "polling": lambda _: polling.figures(),
    "starting": starting.figures,
    "syncing": syncing.figures,
    "graph": graph.figures,
    "page": page.figures,
    "display": display.figures,
    "setup": setting_up.figures,
    "operating": operating.figures,
    "control": control.figures,
}


def main() -> None:
    """All suites, or those that are named."""
    wanted = sys.argv[1:] or list(SUITES)
    unknown = [name for name in wanted if name not in SUITES]
    if unknown:
        sys.exit(f"There is no suite {', '.join(unknown)}; there are {', '.join(SUITES)}.")
    loops = [calibration_s() for _ in range(5)]
    figures = [Figure("calibration loop", f"{statistics.median(loops):.3f} s", "compare with other runs")]
    with tempfile.TemporaryDirectory() as directory:
        for name in wanted:
            figures += SUITES[name](Path(directory))
    sys.stdout.write(table(figures))


if __name__ == "__main__":
    main()
