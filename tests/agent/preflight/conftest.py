from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.preflight.authority import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of an organisation's own, which no system knows."""
    return Authority("Contoso Web Security CA", tmp_path_factory.mktemp("authority"))


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A file that is not there."""
    return tmp_path / "nowhere.pem"
