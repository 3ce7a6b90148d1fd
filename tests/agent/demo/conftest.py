from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests.adapters
from exchangelib import BASIC, IMPERSONATION, Account, Configuration, Credentials, EWSTimeZone, FailFast, Version
from exchangelib.protocol import BaseProtocol, CachingProtocol
from exchangelib.version import EXCHANGE_2019

from tests.agent.demo.support import Open
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, DemoExchange, demo_certificates, demo_exchange

__all__ = ["demo_certificates", "demo_exchange", "open_account"]


@pytest.fixture
def open_account(demo_exchange: DemoExchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Make an `exchangelib.Account` that talks to the demo Exchange, as stock as it comes.

    Keywords: room, username, password, endpoint, auth_type, access_type, adapter.
    """

    def open_account(
        room: str = ROOM,
        username: str = ACCOUNT,
        password: str = PASSWORD,
        endpoint: str | None = None,
        auth_type: str = BASIC,
        access_type: str = IMPERSONATION,
        **more: Any,
    ) -> Any:
        monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", more.get("adapter", requests.adapters.HTTPAdapter))
        configuration = Configuration(
            credentials=more.get("credentials", Credentials(username, password)),
            service_endpoint=endpoint or demo_exchange.server.http_url,
            auth_type=auth_type,
            version=more.get("version", Version(build=EXCHANGE_2019)),
            retry_policy=FailFast(),
            max_connections=3,
        )
        return Account(
            room, config=configuration, access_type=access_type, default_timezone=EWSTimeZone("Europe/Berlin")
        )

    yield open_account
    CachingProtocol.clear_cache()


@pytest.fixture
def account(open_account: Open) -> Any:
    """The room's account, by Basic authentication and impersonation."""
    return open_account()
