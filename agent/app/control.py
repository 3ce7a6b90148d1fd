"""Room control of a core, joined: the outbox and what sends it, commands, who came, a second owner, invitations."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from agent import wire
from agent.app.box import Box
from agent.app.joining import make_extractor
from agent.app.writing import make_inbox, make_marks, make_writer
from agent.control.answering import POLL_S, Answering
from agent.control.owning import Owning
from agent.control.policy import ControlPolicy
from agent.control.pusher import Pusher
from agent.control.releasing import Attendances
from agent.control.request_policy import RequestPolicy
from agent.control.room import RoomControl
from agent.model.control import Act, Kind, Operation, OpState
from agent.model.control_health import ControlHealth
from agent.model.sync import SourceHealth
from agent.state.desk import Desk
from agent.state.page import SILENT_AFTER, PageWatch
from agent.state.policy import RoomPolicy
from agent.state.project import is_stale
from agent.state.room import RoomInputs
from agent.store.audit import AuditLog
from agent.store.calendar import SqliteCalendarStore
from agent.supervise import Part
from agent.sync.report import PullReport
from agent.system.box_id import box_id
from agent.texts import say


def nobody_came(*_: str) -> None:
    """Where nothing is changed, it does not matter who came."""


NOT_DONE = (OpState.FAILED, OpState.GIVEN_UP, OpState.WITHDRAWN)
EARLIER = timedelta(days=2)
"""What was booked on the screen before this process began is known for so long."""


@dataclass(frozen=True, kw_only=True)
class Around:
    """What room control needs of the rest of the core, by functions: the parts are made one after the other.

    `inputs` are the room's own, whatever is shown; `state` is what is shown; `hot_desking`: another mailbox is.
    `wake`: something is to be shown anew; `read`: the calendar is another one now.
    `poll_s`: seconds between two looks into the inbox; None: the usual ones.
    """

    health: Callable[[], SourceHealth]
    inputs: Callable[[], RoomInputs]
    state: Callable[[], wire.RoomState]
    page: PageWatch
    desk: Desk
    hot_desking: Callable[[], bool]
    wake: Callable[[], None]
    read: Callable[[], None]
    poll_s: float | None = None


class Controls:
    """Makes the parts; nothing is read or written before `parts` run. Raises StoreError where the database has no
    tables for them."""

    def __init__(
        self, box: Box, store: SqliteCalendarStore, audit: AuditLog, resources: ExitStack, around: Around
    ) -> None:
        self._box, self._around = box, around
        self._told = False
        self._tasks: set[asyncio.Future[None]] = set()
        self._policy = policy = ControlPolicy.of(box.config)
        chance = Random()  # noqa: S311  jitter
        self._pusher = Pusher(
            outbox=store.outbox,
            calendar=make_writer(box, self._serving),
            audit=audit,
            clock=box.clock,
            may_try=self._refused,
            item_of=lambda meeting_id: around.inputs().item_of(meeting_id),
            turned=self._turned,
            chance=chance,
        )
        self.attendances = Attendances(
            store=store.attendance,
            releases=lambda: self.room,
            policy=policy,
            clock=box.clock,
            slots=lambda now: around.inputs().slots(now),
            watching=self._watched,
            stale=lambda: is_stale(around.health(), box.clock.now()) or self.denied is True,
            display=lambda: around.desk.facts,
            pending=self._pending,
            turned=around.wake,
            audit=audit,
        )
        self.room = RoomControl(
            self._pusher,
            self.attendances,
            policy,
            RoomPolicy.of(box.config),
            box.clock,
            state=around.state,
            slots=lambda now: around.inputs().slots(now),
            as_of=lambda: around.health().as_of,
            denied=lambda: self.denied is True,
            hot_desking=around.hot_desking,
            extract=make_extractor(box.config),
            earlier=store.outbox.finished(box.clock.now() - EARLIER),
        )
        marks = make_marks(box)
        resources.callback(marks.close)
        self._owning = Owning(
            marks,
            owner=box_id(box.places.state),
            host=socket.gethostname(),
            writes=policy.writes,
            clock=box.clock,
            may_try=self._troubled,
            turned=around.wake,
            chance=chance,
            server_now=self._server_now,
        )
        self._answering = self._make_answering(store, audit, chance) if policy.answers else None

    @property
    def denied(self) -> bool | None:
        """Whether the server refuses changes of the calendar, by the last attempt; None while there was none."""
        refused, granted = self._pusher.denied_since, self._owning.granted_at
        if refused is not None and (granted is None or refused > granted):
            return True
        return self._owning.denied

    def notices(self) -> list[wire.Notice]:
        """That there is another box."""
        second, language, code = self._owning.second, self._policy.language, "calendar.second_owner"
        if second is None:
            return []
        title, detail = say(language, code), say(language, code, "detail", host=second.host)
        since = wire.instant(second.since)
        return [wire.Notice(code=code, severity="warning", title=title, detail=detail, since=since)]

    def parts(self) -> list[Part]:
        """The tasks, in the order in which they start."""
        answering = [Part("requests", self._answering.run)] if self._answering else []
        return [
            Part("calendar-write", self._pusher.run),
            Part("attendance", self.attendances.run),
            Part("owner", self._owning.run),
            *answering,
        ]

    def alive(self) -> bool:
        """Whether what sends makes progress."""
        return self._pusher.alive(self._box.clock.monotonic())

    def read_again(self, report: PullReport) -> None:
        """The calendar could be read: what waits is tried. Where it has changed, there may be new invitations too."""
        if self._pusher.waiting:
            self._pusher.hasten()
        if report.added or report.changed or report.removed:
            self.look_for_requests()
        elif self._told:
            self._owning.nudge()
        self._told = False

    def told(self) -> None:
        """The server says that something in the mailbox has changed: a meeting, an invitation, or a mark."""
        self._told = True
        self.look_for_requests()

    def look_for_requests(self) -> None:
        """There may be new invitations."""
        if self._answering is not None:
            self._answering.nudge()

    def health(self) -> ControlHealth:
        """For status and metrics."""
        counters, waiting = self._pusher.counters, self._pusher.waiting
        ended = (("done", counters.done), ("failed", counters.failed), ("given_up", counters.given_up))
        return ControlHealth(
            writes=self._policy.writes,
            denied=self.denied,
            denied_since=self._pusher.denied_since or self._owning.denied_since,
            waiting=len(waiting),
            oldest=min((each.created for each in waiting), default=None),
            looked=self._owning.looked,
            second=self._owning.second,
            written={(act, outcome): count for outcome, counts in ended for act, count in counts.items()},
            answering=self._answering.health() if self._answering is not None else None,
        )

    def _make_answering(self, store: SqliteCalendarStore, audit: AuditLog, chance: Random) -> Answering:
        box = self._box
        reader = make_writer(box, self._serving)
        return Answering(
            box=make_inbox(box),
            taken=reader.taken,
            policy=RequestPolicy.of(box.config),
            zone=box.zone,
            store=store.answers,
            audit=audit,
            clock=box.clock,
            may_try=self._refused,
            turned=self._around.read,
            chance=chance,
            poll_s=self._around.poll_s or POLL_S,
        )

    def _serving(self) -> str:
        fallback = self._around.health().fallback
        return fallback.source if fallback is not None else self._box.config.calendar.source

    def _refused(self) -> str | None:
        """A refused sign-in is not tried here: the account must not be locked out."""
        health = self._around.health()
        return health.code if health.sign_in_refused else None

    def _troubled(self) -> str | None:
        """What is not urgent waits until the calendar can be read."""
        health = self._around.health()
        return health.code or (None if health.contact_since_start else "calendar.unreachable")

    def _server_now(self) -> datetime | None:
        skew = self._around.health().clock_skew_s
        return None if skew is None else self._box.clock.now() + timedelta(seconds=skew)

    def _watched(self) -> bool:
        """Whether a prompt would be seen: the room is shown, and a page reports or a display is there."""
        if self._around.hot_desking():
            return False
        page = self._around.page.facts
        return self._around.desk.facts.present or (
            page is not None and self._box.clock.now() - page.seen <= SILENT_AFTER
        )

    def _pending(self, meeting_id: str) -> bool:
        return self.room.pending(meeting_id)

    def _turned(self, operation: Operation) -> None:
        self._around.wake()
        if operation.new.act is Act.RELEASE and operation.state in NOT_DONE:
            kept = asyncio.ensure_future(self.attendances.kept(operation.new.meeting_id))
            self._tasks.add(kept)
            kept.add_done_callback(self._tasks.discard)
        if operation.state is OpState.DONE and operation.new.kind is not Kind.MAIL:
            self._around.read()
