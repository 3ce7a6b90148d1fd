"""Which steps a configuration needs, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.model.preflight import Finding, Status
from agent.preflight import network
from agent.preflight.context import Notes, Scope, Target
from agent.preflight.engine import Step
from agent.preflight.secret import NEED, Secret
from agent.sources.graph.settings import GraphSettings


def steps_for(target: Target) -> Sequence[Step]:
    """The steps for this target: those of the network, then of its source as far as `target.scope` goes. The demo's
    calendar is inside the agent: there is no network to be checked, and the account is known to be good."""
    ways = network.steps(target)
    if target.config.calendar.source == "demo":
        return [_InTheDemo(step.id) for step in ways]
    if target.scope is Scope.NETWORK or target.account is None:
        return ways
    return [*ways, Secret(), *(_SignedIn(step) for step in _source_steps(target))]


def _source_steps(target: Target) -> Sequence[Step]:
    """Those of the source, imported when asked for (exchangelib: 0.3 s, 50 MB)."""
    from agent.preflight import account, ews, graph  # noqa: PLC0415  lazy on purpose

    source = graph if isinstance(target.account, GraphSettings) else ews
    return [*source.steps(target), *account.steps(target)]


@dataclass(frozen=True)
class _SignedIn:
    """A step that signs in: never without the secret, nor towards a server that did not prove who it is."""

    step: Step

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def needs(self) -> Sequence[str]:
        return (NEED, "network.tls", *self.step.needs)

    def __call__(self, target: Target, notes: Notes) -> Finding:
        return self.step(target, notes)


@dataclass(frozen=True)
class _InTheDemo:
    id: str
    needs: Sequence[str] = ()

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        return Finding(Status.SKIPPED, "network.demo")
