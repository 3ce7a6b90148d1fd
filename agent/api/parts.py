"""What the API needs of the core, handed over by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.control.room import RoomControl
from agent.model.auth_failures import AuthFailures
from agent.model.picture import Picture
from agent.model.preflight import PreflightReport
from agent.ports import Clock
from agent.preflight.context import Notes, Wishes
from agent.preflight.engine import Begin, Tell
from agent.setup.guard import Guard
from agent.setup.service import SetupService
from agent.state.commands import CommandLog
from agent.state.desk import Desk
from agent.state.hot_desk import HotDesk
from agent.state.hub import Hub
from agent.state.page import PageWatch
from agent.store.audit import AuditLog
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar
from agent.system.clock import uptime
from agent.system.log_memory import MEMORY, Remembered
from agent.wire import Meeting, Open, Typed
from agent.wire.front import FrontFacts, FrontTls
from agent.wire.ops import OpsState, OpsTimeline

Doctor = Callable[[Wishes, Tell, Begin, Notes], PreflightReport]
"""A preflight of the running configuration. Blocking; ends soon after `notes.cancelled` is set. Raises our errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSide:
    """Behind the page for operations. `guard` counts wrong tries, `is_token` says whether a token opens it, and may
    block; `timeline` is that of so many hours; `lines` are those of the log after one; `bundle` is a zip file."""

    guard: Guard
    is_token: Callable[[str], bool]
    state: Callable[[], OpsState]
    timeline: Callable[[int], Awaitable[OpsTimeline]]
    bundle: Callable[[], Awaitable[bytes]]
    lines: Callable[[int], Sequence[Remembered]] = MEMORY.entries


def _nothing(*_: str) -> None:
    """Nobody wants to know."""


class FrontSide(Protocol):
    """What fronts need of the configuration in effect. `facts` and `tls` read files, and may make them."""

    def facts(self, wizard_port: int | None = None) -> FrontFacts:
        """How a front serves. `wizard_port`: where one says that it serves the wizard."""

    def tls(self) -> FrontTls | None:
        """Certificate and key for the network's listeners; None where there are none."""

    def status_token(self) -> str:
        """What opens status and metrics to the network; empty where nothing does. Raises ConfigError where it cannot
        be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts behind the API.

    `sync` reads the calendar now; its report says how that went. `raw` reads all of it and keeps nothing. `typed` gives
    the ways to join what a person typed, under the room's policy. `status` is the health document, `readiness` which
    parts are ready. `metrics` takes the Accept header and gives body and content type. `api_token` lets local programs
    command. `language` is that of sentences for people. `images` are those of the look, by name. `doctor` is None while
    nothing is set up.
    `setup`: wizard and settings, None where there are none.

    `desk` is where the display reports and takes orders. `order_for` makes the order that opens a listed meeting or one
    of its alternatives, `order_for_typed` the same for a typed text and one of its ways; both have no id yet and raise
    CommandError, or OrderFailed for a command that fails.

    `audit` is where it is written down what was done to the box, by whom. `hot_desk` shows other mailboxes.
    `control` changes the room's calendar, None where there is none.
    `joined` is told of each join: command id, provider, outcome as in `agent.model.history`. `ops` is for the page for
    operations, None where there is none.
    `came` is told that somebody did something that shows that people are in the room: what, as one of
    `agent.model.control.EVIDENCE`, and the listed meeting it is about, "" for whichever takes place now.
    `auth_failures` counts wrong codes, PINs and tokens.
    `reset` forgets everything and begins the set-up anew; `uptime_s`: since the machine was switched on.

    `front` is what fronts are told, None where there are none.
    """

    hub: Hub
    desk: Desk
    clock: Clock
    commands: CommandLog
    page: PageWatch
    sync: Callable[[], Awaitable[PullReport]]
    raw: Callable[[], Awaitable[RawCalendar]]
    typed: Callable[[str], Typed]
    order_for: Callable[[Meeting, int | None], Open]
    order_for_typed: Callable[[str, int | None], Open]
    status: Callable[[], dict[str, Any]]
    readiness: Callable[[], dict[str, bool]]
    metrics: Callable[[str], tuple[bytes, str]]
    api_token: str
    language: str
    images: Mapping[str, Picture] = field(default_factory=dict)
    doctor: Doctor | None = None
    audit: AuditLog | None = None
    hot_desk: HotDesk | None = None
    control: RoomControl | None = None
    setup: SetupService | None = None
    reset: Callable[[], Awaitable[None]] | None = None
    joined: Callable[[str, str, str], None] = _nothing
    came: Callable[[str, str], None] = _nothing
    auth_failures: AuthFailures = field(default_factory=AuthFailures)
    ops: OpsSide | None = None
    uptime_s: Callable[[], float] = uptime
    front: FrontSide | None = None
