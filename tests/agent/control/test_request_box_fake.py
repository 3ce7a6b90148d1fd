"""The fake box does what every box does."""

from __future__ import annotations

import pytest

from tests.contracts.request_box import RequestBoxContract
from tests.fakes.request_box import FakePost


class TestFakeRequestBox(RequestBoxContract):
    @pytest.fixture
    def post(self) -> FakePost:
        return FakePost()
