"""How room control is doing, for status and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.model.owner import SecondOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringHealth:
    """Of the part that answers invitations. `refused`: why it does not run, and `failing`: why the last attempt failed,
    both codes, both since `since`. `backlog`: messages that wait, None before the inbox was read. `answered`: by code
    of the reason, since the start."""

    refused: str | None = None
    failing: str | None = None
    since: datetime | None = None
    backlog: int | None = None
    answered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlHealth:
    """`writes`: whether the configuration lets the box change its calendar. `denied`: whether the server refuses it,
    None while that is not known; `denied_since`. `waiting`: operations on their way, the oldest since `oldest`.
    `looked`: whether other boxes were looked for; `second`: another box on this mailbox. `written`: operations that
    ended since the start, by command and outcome. `answering` None: it answers no invitations."""

    writes: bool = False
    denied: bool | None = None
    denied_since: datetime | None = None
    waiting: int = 0
    oldest: datetime | None = None
    looked: bool = False
    second: SecondOwner | None = None
    written: Mapping[tuple[str, str], int] = field(default_factory=dict)
    answering: AnsweringHealth | None = None
