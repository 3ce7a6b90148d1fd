"""What the files of a running agent hold."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def holding(directory: Path, *words: str) -> list[str]:
    """`file: word` for each word that a file below it holds. What is removed while we look holds nothing."""
    return [
        f"{path.name}: {word!r}" for path, content in _contents(directory) for word in words if word.encode() in content
    ]


def _contents(directory: Path) -> Iterable[tuple[Path, bytes]]:
    for folder, _, names in os.walk(directory):  # passes over folders that are gone
        for name in names:
            path = Path(folder, name)
            try:
                if path.is_file():
                    yield path, path.read_bytes()
            except FileNotFoundError:
                continue
