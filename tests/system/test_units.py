"""The service unit as systemd itself reads it."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "room-agent.service"
ANALYZE = shutil.which("systemd-analyze")

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine: install systemd")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_unit_has_no_error(tmp_path: Path) -> None:
    text = UNIT.read_text()
    for line, stand_in in (("ExecStart=/opt/room-agent/bin/room-agent run", "ExecStart=/bin/true"),
                           ("User=room-agent", "User=root"), ("Group=room-agent", "Group=root")):  # fmt: skip
        assert f"\n{line}\n" in text
        text = text.replace(line, stand_in)
    unit = tmp_path / "room-agent.service"
    unit.write_text(text)
    done = analyze("verify", str(unit))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_is_shut_tight() -> None:
    """Exposure of at most 1.5 of 10."""
    done = analyze("security", "--offline=true", "--threshold=15", str(UNIT))
    assert done.returncode == 0, done.stdout[-300:]
