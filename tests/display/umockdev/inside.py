"""Parts of the display in a process that sees mock devices, driven by JSON lines on stdin: `Remote` is the other side.

`driver`: an InputDriver, call by call. `watch`: an InputWatch that says each change, with the monotonic time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.wire.display import InputConfig
from display.inputs.dv import DvDriver
from display.inputs.uvc import UvcDriver
from display.inputs.watch import InputWatch
from display.ports import InputDriver


def say(said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def make_driver(kind: str, node: str, edid: str = "", ffmpeg: str | None = None) -> InputDriver:
    return DvDriver(node, bytes.fromhex(edid)) if kind == "dv" else UvcDriver(node, ffmpeg=ffmpeg)


def serve_driver(how: dict[str, Any]) -> None:
    driver = make_driver(**how)
    calls: dict[str, Callable[[], object]] = {
        "read": lambda: asdict(driver.read()),
        "prepare": lambda: asdict(driver.prepare()),
        "fileno": driver.fileno,
        "drain": driver.drain,
        "release": driver.release,
        "resume": driver.resume,
        "close": driver.close,
        "interval": lambda: driver.interval,
        "problems": lambda: driver.problems,
    }
    for line in sys.stdin:
        say(calls[line.strip()]())


async def serve_watch(how: dict[str, Any]) -> None:
    def changed() -> None:
        inputs, troubles = [asdict(each) for each in watch.inputs], [asdict(each) for each in watch.troubles]
        say({"at": time.monotonic(), "inputs": inputs, "troubles": troubles})

    configs = [InputConfig(**each) for each in how["inputs"]]
    watch = InputWatch(configs, how["cameras"], Path(how["state_dir"]), changed)
    running = asyncio.create_task(watch.run())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        name, *arguments = json.loads(line)
        answer = getattr(watch, name)(*arguments)
        say({"answer": asdict(answer) if answer is not None else None, "cpu": time.process_time()})
    running.cancel()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    arguments = json.loads(sys.argv[2])
    if sys.argv[1] == "driver":
        serve_driver(arguments)
    else:
        asyncio.run(serve_watch(arguments))
