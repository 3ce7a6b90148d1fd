"""Which failures of a kept connection mean that nobody read the request."""

from __future__ import annotations

import http.client
import ssl

import pytest
import requests
import urllib3

from agent.sources.transport.failures import hung_up


@pytest.mark.parametrize(
    ("cause", "answer"),
    [
        (http.client.RemoteDisconnected("no word"), True),
        (ConnectionResetError(), True),
        (BrokenPipeError(), True),
        (ssl.SSLEOFError(), True),
        (TimeoutError(), False),
        (ssl.SSLCertVerificationError(), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_only_an_end_without_a_word_does(cause: OSError, answer: bool) -> None:
    wrapped = urllib3.exceptions.ProtocolError("Connection aborted.", cause)
    assert hung_up(requests.ConnectionError(wrapped)) is answer
