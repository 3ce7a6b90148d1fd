"""The extractor with the administrator's rules, and what else a configuration says about joining."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import Config, load
from agent.state.policy import RoomPolicy

if TYPE_CHECKING:
    from agent.meetings.extract import Extractor
    from agent.meetings.report import Asked


def asked_by(config_file: Path) -> Asked:
    """Extractor, trust and names of a configuration, for commands that read no calendar. Raises ConfigError."""
    from agent.meetings.report import Asked

    config = load(config_file, complete=False)
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
