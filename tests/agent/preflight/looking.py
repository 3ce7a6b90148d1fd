"""Peers and ways as a target has them, with the patience of a test."""

from __future__ import annotations

import socket
from typing import Any

from agent.model.preflight import Finding, Status
from agent.preflight.network.peers import Kind, Peer, Way
from agent.sources.transport.settings import HttpSettings
from tests.fakes.clock import FakeClock

EXCHANGE = "https://mail.contoso.example/EWS/Exchange.asmx"


def way(clock: FakeClock | None = None, **settings: Any) -> Way:
    limits = {"connect_timeout_s": 2.0, "silence_timeout_s": 2.0, "deadline_s": 3.0, "max_answer": 256 * 1024}
    return Way(HttpSettings(**(limits | settings)), clock or FakeClock())


def ews(url: str = EXCHANGE) -> Peer:
    return Peer(url, Kind.EWS)


def said(finding: Finding) -> tuple[Status, str]:
    return finding.status, finding.code


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])
