from __future__ import annotations

import pytest

from agent.errors import ConfigError
from agent.sources.ews.settings import Auth, EwsSettings


def settings(endpoint: str, auth: Auth = Auth.BASIC) -> EwsSettings:
    return EwsSettings(mailbox="room@contoso.example", endpoint=endpoint, auth=auth, password=lambda: "hunter2")


@pytest.mark.parametrize("endpoint", ["https://mail.contoso.example/EWS", "http://localhost:1/EWS", "http://[::1]/EWS"])
def test_endpoints_that_keep_the_secret_are_accepted(endpoint: str) -> None:
    assert settings(endpoint).endpoint == endpoint


@pytest.mark.parametrize(
    ("endpoint", "auth"),
    [
        ("http://mail.contoso.example/EWS", Auth.BASIC),
        ("http://127.0.0.1.evil.example/EWS", Auth.NTLM),
        ("http://127.0.0.1/EWS", Auth.OAUTH),
        ("ftp://localhost/EWS", Auth.BASIC),
        ("", Auth.BASIC),
    ],
)
def test_endpoints_that_would_send_it_in_the_clear_are_not(endpoint: str, auth: Auth) -> None:
    with pytest.raises(ConfigError, match=r"calendar\.ews\.endpoint"):
        settings(endpoint, auth)


def test_secrets_are_not_shown() -> None:
    shown = repr(settings("https://mail.contoso.example/EWS"))
    assert "password" not in shown
    assert "hunter2" not in shown
