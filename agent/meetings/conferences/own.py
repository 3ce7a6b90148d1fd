"""Services that an administrator adds: hosts of their own for a service of the table, or one the table has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.meetings.conferences.conference import Conference, Place
from agent.meetings.conferences.route import Route, route

_ANY_PATH = (route("/{key}"), route("/{key}/..."))
_PASSCODE = r"[^/]{1,64}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """One `[[join.rules]]` of the configuration. `hosts`: with the names below them. `path`: literal segments with
    `{id}` and `{passcode}`; "": the paths of `provider` in the table, for a provider it has not any path but "/".
    `sip_domain`: addresses there are dialled, and a printed id can be dialled there; "": none."""

    name: str
    provider: str
    hosts: tuple[str, ...] = ()
    path: str = ""
    sip_domain: str = ""


def with_own(rules: Sequence[OwnRule], table: Iterable[Conference]) -> tuple[Conference, ...]:
    """The table with the rules in front of it, in their order. Links that a rule fits are those of a known host."""
    table = tuple(table)
    return (*(_conference(rule, table) for rule in rules), *table)


def _conference(rule: OwnRule, table: Sequence[Conference]) -> Conference:
    alike = [one for one in table if one.slug == rule.provider]
    base = alike[0] if alike else Conference(slug=rule.provider, name=rule.name)
    hosts = tuple(pattern for host in map(_plain, rule.hosts) for pattern in (host, f"*.{host}"))
    return replace(
        base,
        name=rule.name,
        places=(Place(hosts, _routes(rule, alike)),) if hosts else (),
        self_hosted=(),
        schemes=(),
        meeting_id=None if rule.path else base.meeting_id,
        words=(),
        sip_domain=_plain(rule.sip_domain) or None,
    )


def _routes(rule: OwnRule, alike: Sequence[Conference]) -> tuple[Route, ...]:
    if rule.path:
        return (route(rule.path, passcode=_PASSCODE),)
    shapes = [one for service in alike for shape in service.self_hosted for one in shape.routes]
    places = [one for service in alike for place in service.places for one in place.routes]
    return tuple(shapes or places) or _ANY_PATH


def _plain(host: str) -> str:
    return host.lower().rstrip(".")
