"""The contract of request boxes against the demo Exchange."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.sources.ews.settings import Auth
from tests.agent.sources.ews.post import DemoPost
from tests.contracts.request_box import RequestBoxContract
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(params=[Auth.BASIC, Auth.NTLM])
def post(request: pytest.FixtureRequest, certificates: Path) -> Iterator[DemoPost]:
    """With every request and answer held against Microsoft's schema, where that is there."""
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=certificates, observe=schema) as server:
        post = DemoPost(server, clock, request.param)
        yield post
        post.close()
    assert not schema.violations


class TestEwsInbox(RequestBoxContract):
    """Over HTTPS, impersonating the room."""
