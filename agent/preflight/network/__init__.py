"""Whether the box gets to its calendar: names, proxy, connection, portal, clock, TLS, HTTP.

Notes: `network.in_vain` holds the ids of steps that only warn, since nobody has named an endpoint yet, and after which
nothing can be said of the well-known hosts.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.preflight.context import Target
from agent.preflight.engine import Step
from agent.preflight.network.clock import read_clock
from agent.preflight.network.dns import Names
from agent.preflight.network.each import Each, Look
from agent.preflight.network.http import ask
from agent.preflight.network.peers import WELL_KNOWN
from agent.preflight.network.portal import Portal
from agent.preflight.network.tcp import connect, try_proxy
from agent.preflight.network.tls import Tls


def steps(target: Target, well_known: Sequence[str] = WELL_KNOWN) -> Sequence[Step]:
    """The steps in their order. `well_known`: roots of URLs that are tried while no endpoint is known."""
    del target

    def step(name: str, needs: Sequence[str], look: Look, *, reaches: bool = False) -> Each:
        return Each(f"network.{name}", [f"network.{need}" for need in needs], look, tuple(well_known), reaches)

    return (
        step("dns", (), Names(), reaches=True),
        step("proxy", ("dns",), try_proxy),
        step("captive_portal", ("proxy",), Portal()),  # a portal may let through nothing but what it answers
        step("tcp", ("captive_portal",), connect, reaches=True),
        step("clock", ("tcp",), read_clock),
        step("tls", ("tcp",), Tls()),
        step("http", ("tls",), ask),
    )
