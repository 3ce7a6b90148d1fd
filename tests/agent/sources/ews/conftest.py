from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.loopback import Loopback, loopback
from tests.fakes.clock import FakeClock

QUICK = HttpSettings(connect_timeout_s=2, silence_timeout_s=2, deadline_s=2, max_answer=1024 * 1024)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


@pytest.fixture
def make_source(server: Loopback) -> Iterator[Callable[..., EwsSource]]:
    made: list[EwsSource] = []

    def make(
        auth: Auth = Auth.BASIC, http: HttpSettings = QUICK, secret: Callable[[], str] = lambda: "s3cret"
    ) -> EwsSource:
        settings = EwsSettings(
            mailbox="room@contoso.example",
            endpoint=f"{server.url}/EWS/Exchange.asmx",
            auth=auth,
            username="svc@contoso.example",
            password=secret,
            http=http,
        )
        made.append(EwsSource(settings, FakeClock()))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture
def source(make_source: Callable[..., EwsSource]) -> EwsSource:
    return make_source()
