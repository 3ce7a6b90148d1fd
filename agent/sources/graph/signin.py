"""From the settings to where tokens come from."""

from __future__ import annotations

from agent.errors import ConfigError
from agent.ports import Clock
from agent.sources.graph.settings import GraphAuth, GraphSettings
from agent.sources.transport.device_code import DeviceTokens, Kept
from agent.sources.transport.session import Transport
from agent.sources.transport.tokens import App, Tokens, TokenSource


def open_tokens(settings: GraphSettings, transport: Transport, clock: Clock) -> TokenSource:
    """Tokens for the configured way to sign in. Nothing goes out yet."""
    if settings.auth is GraphAuth.DEVICE_CODE:
        return open_device_tokens(settings, transport, clock)
    return Tokens(_app(settings), transport, clock)


def open_device_tokens(settings: GraphSettings, transport: Transport, clock: Clock) -> DeviceTokens:
    """A person's tokens, and the way to sign in for them."""
    return DeviceTokens(_app(settings), transport, clock, Kept(settings.load_sign_in, settings.keep_sign_in))


def _app(settings: GraphSettings) -> App:
    secret = settings.client_secret if settings.auth is GraphAuth.SECRET else None
    certificate = settings.certificate if settings.auth is GraphAuth.CERTIFICATE else None
    if settings.auth is not GraphAuth.DEVICE_CODE and secret is None and certificate is None:
        key = "client_secret_file" if settings.auth is GraphAuth.SECRET else "certificate_file"
        raise ConfigError(f'calendar.graph: auth = "{settings.auth}" needs a secret; set {key}')
    return App(
        authority=settings.authority,
        tenant_id=settings.tenant_id,
        client_id=settings.client_id,
        scope=settings.scope,
        client_secret=secret,
        certificate=certificate,
        certificate_password=settings.certificate_password,
    )
