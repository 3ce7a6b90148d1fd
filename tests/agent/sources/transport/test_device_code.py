"""A person signs a room in with a code, once; then tokens come by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from agent.demo.certificates import Certificates
from agent.demo.http.options import Options
from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.errors import SignInFailed, SourceUnavailable
from agent.sources.transport.device_code import DeviceTokens, Kept
from agent.sources.transport.session import Transport
from agent.sources.transport.settings import HttpSettings
from agent.sources.transport.tokens import App
from agent.system.clock import SystemClock

TENANT, CLIENT = "t-1", "c-1"


class Shelf:
    """Where the sign-in is kept."""

    def __init__(self) -> None:
        self.text = ""
        self.saved = 0

    def save(self, text: str) -> None:
        self.text, self.saved = text, self.saved + 1


@pytest.fixture
def server(pems: Certificates) -> Iterator[DemoServer]:
    world = World(SystemClock())
    world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT))
    with DemoServer(world, directory=pems.ca_file.parent, options=Options(device_interval_s=0)) as server:
        yield server


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def make(server: DemoServer, shelf: Shelf, pems: Certificates) -> Callable[[], DeviceTokens]:
    scope = f"{server.authority}/Calendars.ReadWrite.Shared"
    app = App(authority=server.authority, tenant_id=TENANT, client_id=CLIENT, scope=scope)
    http = HttpSettings(ca_file=str(pems.ca_file))
    return lambda: DeviceTokens(app, Transport(http), SystemClock(), Kept(lambda: shelf.text, shelf.save))


def signed_in(make: Callable[[], DeviceTokens], server: DemoServer) -> DeviceTokens:
    tokens = make()
    prompt, wait = tokens.ask()
    server.tokens.approve(prompt.code, "ann.lee@contoso.example")
    wait()
    return tokens


def test_without_a_sign_in_somebody_is_asked_for(make: Callable[[], DeviceTokens]) -> None:
    with pytest.raises(SignInFailed) as caught:
        make().token()
    assert caught.value.code == "calendar.sign_in_needed"


def test_code_is_shown_and_its_tokens_open_the_service(make: Callable[[], DeviceTokens], server: DemoServer) -> None:
    tokens = make()
    prompt, wait = tokens.ask()
    assert prompt.url.startswith("https://")
    assert len(prompt.code) >= 8
    server.tokens.approve(prompt.code, "ann.lee@contoso.example")
    wait()
    assert server.tokens.application(tokens.token()) is not None


def test_sign_in_lasts_over_restarts_without_asking_anybody(
    make: Callable[[], DeviceTokens], server: DemoServer, shelf: Shelf
) -> None:
    first = signed_in(make, server).token()
    server.requests.clear()
    assert make().token() == first
    assert not server.requests.records("devicecode")
    assert first in shelf.text


def test_token_that_ended_is_renewed_and_the_new_refresh_token_is_kept(
    make: Callable[[], DeviceTokens], server: DemoServer, shelf: Shelf
) -> None:
    server.options.token_life = timedelta(seconds=1)  # MSAL takes one that ends within five minutes as ended
    first = signed_in(make, server).token()
    kept = shelf.text
    second = make().token()
    assert second != first
    assert shelf.text != kept
    assert make().token() != second


def test_revoked_sign_in_needs_somebody_again(make: Callable[[], DeviceTokens], server: DemoServer) -> None:
    server.options.token_life = timedelta(seconds=1)
    tokens = signed_in(make, server)
    server.tokens.revoke_all()
    with pytest.raises(SignInFailed) as caught:
        tokens.token()
    assert caught.value.code == "calendar.sign_in_needed"


def test_damaged_file_is_as_if_nobody_had_signed_in(make: Callable[[], DeviceTokens], shelf: Shelf) -> None:
    shelf.text = "{not json"
    with pytest.raises(SignInFailed) as caught:
        make().token()
    assert caught.value.code == "calendar.sign_in_needed"


def test_sign_in_by_another_process_is_taken_up(make: Callable[[], DeviceTokens], server: DemoServer) -> None:
    waiting = make()
    with pytest.raises(SignInFailed):
        waiting.token()
    signed_in(make, server)
    assert server.tokens.application(waiting.token()) is not None


def test_service_that_is_down_is_unreachable(make: Callable[[], DeviceTokens], server: DemoServer) -> None:
    server.down()
    with pytest.raises(SourceUnavailable) as caught:
        make().ask()
    assert caught.value.code == "calendar.token_service_unreachable"
