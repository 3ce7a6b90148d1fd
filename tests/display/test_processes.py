"""What children inherit, and that they do not outlive their owner."""

from __future__ import annotations

import subprocess
import sys

from display.processes import clean_environment
from tests.display.system.box import ROOT, gone

OWNER = """
import subprocess, sys
from display.processes import die_with_parent
child = subprocess.Popen(["sleep", "60"], preexec_fn=die_with_parent)
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_nothing_that_was_given_to_us_alone_is_inherited() -> None:
    ours = {
        "NOTIFY_SOCKET": "/run/x",
        "WATCHDOG_USEC": "1",
        "LISTEN_FDS": "1",
        "CREDENTIALS_DIRECTORY": "/run/c",
        "LD_PRELOAD": "umockdev.so",
        "DISPLAY": ":0",
        "PATH": "/bin",
    }
    assert clean_environment(ours) == {"DISPLAY": ":0", "PATH": "/bin"}
    assert "NOTIFY_SOCKET" in ours, "our own stays"


def test_a_child_dies_with_an_owner_that_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    child = int(owner.stdout.readline())
    owner.kill()
    owner.communicate()
    gone({child})
