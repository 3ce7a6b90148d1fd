"""The extractor with the administrator's rules, and what else a configuration says about joining."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import Config, load
from agent.state.policy import RoomPolicy
from agent.state.typed import typed_state
from agent.wire import Typed

if TYPE_CHECKING:
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


def make_typed(config: Config) -> Callable[[str], Typed]:
    """What a person typed → the ways to join it. The table is made when somebody types for the first time."""
    policy = RoomPolicy.of(config)

    @cache
    def extractor() -> Extractor:
        return make_extractor(config)

    def typed(text: str) -> Typed:
        from agent.meetings.typed import typed_ways

        return typed_state(typed_ways(text, extractor()), policy)

    return typed
