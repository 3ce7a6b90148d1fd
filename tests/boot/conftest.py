"""The box that the tests of this folder share, in the order of their files: each leaves it running and well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boot.box import ROOT, Box

FIGURES: list[str] = []


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    if os.environ.get("ROOM_AGENT_BOOT") != "1":
        pytest.skip("boots a box: make boot-test")
    made = Box(ROOT / "build" / "boot" / "box")
    made.install()
    try:
        made.boot()
        yield made
    finally:
        made.cut_power()
        made.remove()


@pytest.fixture
def figure() -> Iterator[list[str]]:
    """What was measured, for the end of the run and build/boot/figures.txt."""
    yield FIGURES
    folder = Path(ROOT / "build" / "boot")
    if folder.is_dir():
        (folder / "figures.txt").write_text("\n".join(FIGURES) + "\n")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    for line in FIGURES:
        terminalreporter.write_line(line)
