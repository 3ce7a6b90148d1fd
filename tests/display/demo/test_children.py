"""The demo's processes: kept running, and none is left."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from display.demo.children import Program, descendants
from tests.display.xserver import wait_until

ENDS = """
import asyncio, os, subprocess, sys
from display.demo.children import adopt_orphans, descendants, end_all, spawn

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(60)"
)
PARENT = (
    "import subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdout=subprocess.PIPE, start_new_session=True);"
    "child.stdout.readline(); print('ready', flush=True)"
)

async def main():
    adopt_orphans()
    parent = await spawn([sys.executable, "-c", PARENT, STUBBORN], os.environ, stdout=subprocess.PIPE)
    await parent.stdout.readline()
    await parent.wait()
    print(len(list(descendants(os.getpid()))), flush=True)
    await end_all(0.2)
    print(len(list(descendants(os.getpid()))), flush=True)

asyncio.run(main())
"""


def test_a_grandchild_that_hears_nothing_ends_too() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", ENDS], capture_output=True, text=True, timeout=20, check=False, cwd=Path.cwd()
    )

    assert (answer.stdout.split(), answer.stderr) == (["1", "0"], "")


def test_a_program_that_is_killed_comes_back_and_ends_with_us() -> None:
    async def run() -> tuple[int, int, int]:
        changed = asyncio.Event()
        program = Program([sys.executable, "-c", "import time; time.sleep(60)"], os.environ, changed.set)
        task = asyncio.create_task(program.run())
        async with asyncio.timeout(20):
            while not program.pid:
                changed.clear()
                await changed.wait()
            first = program.pid
            os.kill(first, signal.SIGKILL)
            while program.starts < 2:
                changed.clear()
                await changed.wait()
            second = program.pid
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return first, second, program.pid

    first, second, last = asyncio.run(run())
    assert first
    assert second not in (0, first)
    assert last == 0


def test_a_child_does_not_outlive_a_demo_that_is_killed(tmp_path: Path) -> None:
    code = """
        import asyncio, json, os, sys
        from display.demo.children import spawn

        async def main():
            child = await spawn([sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
            print(json.dumps(child.pid), flush=True)
            await asyncio.sleep(60)

        asyncio.run(main())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        child = json.loads(demo.stdout.readline())
        assert child in descendants(demo.pid)
        demo.kill()
    wait_until(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text("utf-8"))
