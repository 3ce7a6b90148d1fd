"""What a preflight looks at, and what its steps learn for those after them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from agent.config import Config
from agent.model.preflight import Finding
from agent.ports import Clock
from agent.sources.ews.settings import EwsSettings
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.settings import HttpSettings


class Scope(StrEnum):
    """How far to go: `NETWORK` needs no account, `ACCOUNT` no room."""

    NETWORK = "network"
    ACCOUNT = "account"
    ROOM = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What somebody asks of a preflight; meant as in `Target`."""

    scope: Scope = Scope.ROOM
    write: bool = False
    other_mailbox: str = ""
    wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A configuration that may not be in effect yet, with what opens its account.

    `account`: the settings of `config.calendar.source`; None while there are none (scope NETWORK). `http`: the way to
    the network where there is no account, whose own it is otherwise. `write`: consent to create and remove a hidden
    test item. `other_mailbox`: an address that this account must not be able to open; empty: not tried. `wait`: whether
    to wait for a mailbox that is not ready yet.
    """

    config: Config
    clock: Clock
    account: EwsSettings | GraphSettings | None = None
    http: HttpSettings = field(default_factory=HttpSettings)
    scope: Scope = Scope.ROOM
    write: bool = False
    other_mailbox: str = ""
    wait: bool = False


def _unheard(_id: str, _finding: Finding) -> None:
    """For who only wants results."""


@dataclass(slots=True)
class Notes:
    """What earlier steps learned. A step writes only what its own package documents. `cancelled` is set when nobody
    waits for the result any more. `interim` hears, by the step's id, what a step that waits has found so far."""

    facts: dict[str, object] = field(default_factory=dict)
    cancelled: threading.Event = field(default_factory=threading.Event)
    interim: Callable[[str, Finding], None] = _unheard
