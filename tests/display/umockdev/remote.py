"""Parts of the display that run beside mock devices, as the test that drives them sees them."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from display.model import Reading, Signal, Source
from tests.display.umockdev.testbed import Testbed

INSIDE = "tests.display.umockdev.inside"


class RemoteDriver:
    """An InputDriver in the testbed. `how`: `kind` ("dv", "uvc"), `node` and what the driver takes."""

    def __init__(self, bed: Testbed, **how: Any) -> None:
        self._process = bed.popen([sys.executable, "-m", INSIDE, "driver", json.dumps(how)])

    def _call(self, name: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(name + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the driver's process ended at {name}"
        return json.loads(answer)

    @property
    def interval(self) -> float:
        return float(self._call("interval"))

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(self._call("problems"))

    def read(self) -> Reading:
        said = self._call("read")
        return Reading(Signal(said["signal"]), said["width"], said["height"], said["code"])

    def fileno(self) -> int | None:
        number: int | None = self._call("fileno")
        return number

    def drain(self) -> None:
        self._call("drain")

    def prepare(self) -> Source:
        said = self._call("prepare")
        options = tuple((name, value) for name, value in said["options"])
        return Source(said["url"], options, said["audio"], said["watch_black"])

    def release(self) -> None:
        self._call("release")

    def resume(self) -> None:
        self._call("resume")

    def close(self) -> None:
        self._call("close")


class RemoteWatch:
    """An InputWatch in the testbed. `said`: its changes so far, oldest first."""

    def __init__(self, bed: Testbed, state_dir: Path, inputs: list[dict[str, str]], cameras: list[str]) -> None:
        how = {"state_dir": str(state_dir), "inputs": inputs, "cameras": cameras}
        self._process: subprocess.Popen[str] = bed.popen([sys.executable, "-m", INSIDE, "watch", json.dumps(how)])
        self._lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.said: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def call(self, name: str, *arguments: object) -> dict[str, Any]:
        """Call one of its methods; what it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        deadline = time.monotonic() + 10
        while True:
            said = self._next(deadline, f"the answer to {name}")
            if "answer" in said:
                return said

    def _next(self, deadline: float, what: str) -> dict[str, Any]:
        try:
            said = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"{what} did not come; last: {self.said[-1:]}") from None
        if "answer" not in said:
            self.said.append(said)
        return said

    def until(self, holds: Callable[[dict[str, Any]], bool], *, within: float = 5.0) -> dict[str, Any]:
        """The first change from now on, the present state included, at which it holds."""
        deadline = time.monotonic() + within
        if self.said and holds(self.said[-1]):
            return self.said[-1]
        while True:
            said = self._next(deadline, "the change")
            if "answer" not in said and holds(said):
                return said
