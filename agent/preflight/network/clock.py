"""`network.clock`: this box's clock against the server's Date header. TLS and sign-in fail where they differ."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed, passed, warned
from agent.preflight.network.line import line, unproven
from agent.preflight.network.peers import Peer, Way
from agent.preflight.network.talk import Trouble

WARN_S, FAIL_S = 60, 300


def read_clock(peer: Peer, way: Way) -> Finding:
    """How far the clocks are apart. The server need not be proven for it: with a wrong clock it cannot be."""
    there = _server_time(peer, way)
    if there is None:
        return warned("network.clock_unknown", Who.TECHNICIAN, host=peer.host)
    here = way.clock.now()
    apart = here - there
    said = {"difference": _span(abs(apart)), "here": _minute(here), "there": _minute(there), "host": peer.host}
    if abs(apart) <= timedelta(seconds=WARN_S):
        return passed("network.clock", difference=said["difference"])
    code = "network.clock_ahead" if apart > timedelta() else "network.clock_behind"
    judged = failed if abs(apart) > timedelta(seconds=FAIL_S) else warned
    return judged(code, Who.TECHNICIAN, **said)


def _server_time(peer: Peer, way: Way) -> datetime | None:
    try:
        with line(peer, way) as found:
            if peer.tls:
                found.secure(unproven(), peer.host)
            date = found.request("HEAD", "/", peer.place, "Connection: close\r\n").getheader("Date", "")
        there = parsedate_to_datetime(date)
        return there.astimezone(UTC) if there.tzinfo else there.replace(tzinfo=UTC)  # "-0000" is UTC too
    except (Trouble, OSError, http.client.HTTPException, ValueError, OverflowError):
        return None


def _span(apart: timedelta) -> str:
    """In figures every language reads: 0:05:12, or 3 d from two days on."""
    if apart.days >= 2:
        return f"{apart.days} d"
    minutes, seconds = divmod(int(apart.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
