from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.display.prejoin.browser import Box, box


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """One browser for a module's tests."""
    with box(tmp_path_factory.mktemp("profile")) as running:
        yield running
