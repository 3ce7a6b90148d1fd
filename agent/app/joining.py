"""The extractor with the administrator's rules, and what else a configuration says about joining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import Config, load
from agent.model.join import JoinInfo
from agent.state.policy import RoomPolicy
from agent.state.typed import typed_state
from agent.state.ways import LAUNCHER
from agent.wire import Typed

if TYPE_CHECKING:
    from agent.meetings.conferences.conference import Conference
    from agent.meetings.extract import Extractor
    from agent.meetings.report import Asked
    from agent.sync.raw import Explain


def asked_by(config_file: Path) -> Asked:
    """Extractor, trust and names of a configuration, for commands that read no calendar. Raises ConfigError."""
    return asked_of(load(config_file, complete=False))


def asked_of(config: Config) -> Asked:
    """The same of a configuration that was read."""
    from agent.meetings.report import Asked

    policy = RoomPolicy.of(config)
    return Asked(make_extractor(config), policy.trusts, policy.name, policy.mailbox, policy.language)


def make_extractor(config: Config) -> Extractor:
    """The extractor with the rules of `[[join.rules]]`."""
    from agent.meetings.conferences.own import OwnRule
    from agent.meetings.extract import Extractor

    return Extractor(
        [
            OwnRule(
                name=rule.name, provider=rule.provider, hosts=rule.hosts, path=rule.path, sip_domain=rule.sip_domain
            )
            for rule in config.join.rules
        ]
    )


def make_explainer(config: Config) -> Explain:
    """The extractor with a sentence that says why."""
    from agent.meetings.report import because

    asked = asked_of(config)
    return lambda invitation: because(invitation, asked)


class Services:
    """The table of services with the administrator's rules, made when somebody joins or types for the first time."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _extractor(self) -> Extractor:
        return make_extractor(self._config)

    @property
    def conferences(self) -> Sequence[Conference]:
        """The services, in winning order."""
        return self._extractor.conferences

    def find(self, text: str) -> Sequence[JoinInfo]:
        """What a person typed → the ways to join it, best first, whatever the room's policy."""
        from agent.meetings.typed import typed_ways

        return typed_ways(text, self._extractor)


def make_typed(
    config: Config, services: Services | None = None, launcher: Callable[[], str] = lambda: LAUNCHER
) -> Callable[[str], Typed]:
    """What a person typed → the ways to join it under the room's policy. `launcher`: who opens a link now."""
    policy, find = RoomPolicy.of(config), (services or Services(config)).find
    return lambda text: typed_state(find(text), policy, launcher())
