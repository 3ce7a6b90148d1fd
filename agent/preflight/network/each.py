"""A step that looks at every peer and says the worst."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.model.preflight import Finding, Status, Who
from agent.preflight.context import Notes, Target
from agent.preflight.findings import shown, skipped, warned
from agent.preflight.network.peers import Kind, Peer, Way, peers_of, way_of

IN_VAIN = "network.in_vain"
_ORDER = (Status.FAIL, Status.WARN, Status.PASS, Status.SKIPPED)
NETWORKS_OWN = frozenset(
    {
        "network.ca_file",
        "network.captive_portal_at",
        "network.captive_portal_page",
        "network.clock_ahead",
        "network.clock_behind",
        "network.no_network",
        "network.proxy_credentials",
        "network.proxy_no_proxy",
        "network.proxy_refused",
        "network.proxy_scheme",
        "network.proxy_secret",
        "network.proxy_unknown",
        "network.proxy_unreachable",
    }
)
"""Failures of this network or its settings, whichever Exchange there may be behind it. A proxy that forbids a host is
none: it may let others through."""


Look = Callable[[Peer, Way], Finding]


@dataclass(frozen=True)
class Each:
    """`look` finds out about one peer. `reaches`: a failure for all well-known hosts means that there is no way out."""

    id: str
    needs: Sequence[str]
    look: Look
    well_known: tuple[str, ...]
    reaches: bool = False

    def __call__(self, target: Target, notes: Notes) -> Finding:
        in_vain = notes.facts.setdefault(IN_VAIN, set())
        assert isinstance(in_vain, set)
        for need in self.needs:
            if need in in_vain:
                return skipped(need)
        peers, way = peers_of(target, self.well_known), way_of(target)
        findings = [self.look(peer, way) for peer in peers if not notes.cancelled.is_set()]
        if not findings:
            return skipped(self.id)
        if peers[0].kind is not Kind.WELL_KNOWN:
            return _worst(findings)
        if all(map(_elsewhere, findings)):
            in_vain.add(self.id)
            if self.reaches:
                return warned("network.no_internet", Who.NETWORK, hosts=", ".join(peer.host for peer in peers))
        return _worst([replace(each, status=Status.WARN) if _elsewhere(each) else each for each in findings])


def _elsewhere(finding: Finding) -> bool:
    """A failure that does not matter to an Exchange on the organisation's own network."""
    return finding.status is Status.FAIL and finding.code not in NETWORKS_OWN


def _worst(findings: Sequence[Finding]) -> Finding:
    """The first of the worst; what is equally said of several peers is said once, of all of them."""
    worst = min(findings, key=lambda each: _ORDER.index(each.status))
    alike = [each for each in findings if each.code == worst.code and each.status == worst.status]
    joined = {name: dict.fromkeys(each.values.get(name, "") for each in alike) for name in worst.values}
    return replace(worst, values={name: shown(", ".join(values), 300) for name, values in joined.items()})
