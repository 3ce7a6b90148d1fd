"""The tool with which translators' catalogues become the programs'."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def tool() -> Any:
    """`deploy/dev/texts.py` as a module."""
    spec = importlib.util.spec_from_file_location("texts_tool", ROOT / "deploy" / "dev" / "texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
