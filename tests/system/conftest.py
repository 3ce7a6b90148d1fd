"""The demo as a person starts it, and a real browser in front of it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from agent.system.clock import SystemClock
from tests.fakes.exchange import demo_certificates
from tests.marks import LONG
from tests.system.agent_process import agent_command

__all__ = ["demo_certificates"]


@dataclass(frozen=True)
class Demo:
    """URLs of the running demo, its process and its protocol."""

    home: str
    control: str
    process: subprocess.Popen[str]
    source: str


def noon_zone() -> str:
    """A zone where it is about noon: a test that moves a meeting must not meet midnight."""
    ahead = 12 - SystemClock().now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"  # POSIX counts hours west of Greenwich


@pytest.fixture(scope="module", params=["ews", LONG("graph")])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """With either protocol between the agent and its calendar."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "HOME": str(home), "TZ": noon_zone()}
    with subprocess.Popen(
        agent_command("demo", "--source", request.param, "--no-browser", "--port", "0", "--control-port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        urls = {}
        for line in process.stdout:
            name, _, url = line.strip().partition(": ")
            urls[name] = url
            if len(urls) == 2:
                break
        assert set(urls) == {"Home screen", "Demo Exchange"}, process.stderr and process.stderr.read()
        yield Demo(urls["Home screen"], urls["Demo Exchange"], process, request.param)
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=10)
    assert process.returncode == 0, complaints
    assert "Traceback" not in complaints
    assert "internal_error" not in complaints, complaints
