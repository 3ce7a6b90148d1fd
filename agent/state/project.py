"""All inputs and the time → RoomState. Pure; the room's policy is applied here, before anything leaves the core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from agent import wire
from agent.meetings.cures import cure_of
from agent.model.control import ControlFacts
from agent.model.join import JoinInfo, NoJoinReason
from agent.model.sync import SOURCE_NAMES, SourceHealth
from agent.ports import StoredEntry
from agent.state import agenda
from agent.state.acts import acts_of
from agent.state.agenda import Slot
from agent.state.policy import RoomPolicy
from agent.state.ways import LAUNCHER, commands_with, label_of, trusted, way_of
from agent.texts import say

UNKNOWN_AFTER = timedelta(hours=2)
STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the state is made of. `launcher`: "display" while a display joins meetings, else "browser".
    `showing`: whether one shows inputs; `shown` and `screen` are its own: its inputs, and what is in front.
    `commands`: those that are taken besides the usual ones. `control`: what room control knows; the entries are those
    it has laid over."""

    policy: RoomPolicy
    entries: Sequence[StoredEntry] = ()
    health: SourceHealth = field(default_factory=SourceHealth)
    launcher: str = LAUNCHER
    showing: bool = False
    shown: tuple[wire.Input, ...] = ()
    screen: str = "home"
    notices: tuple[wire.Notice, ...] = ()
    look: wire.Look = field(default_factory=wire.Look)
    commands: tuple[str, ...] = ()
    control: ControlFacts = field(default_factory=ControlFacts)


@dataclass(frozen=True, slots=True)
class Projection:
    """A state without revision (0), and when time alone will change it."""

    state: wire.RoomState
    changes_at: datetime


def project(inputs: Inputs, now: datetime) -> Projection:
    """The room's state at an instant."""
    policy, health = inputs.policy, inputs.health
    ordered = agenda.slots(inputs.entries, now, policy.zone)
    running, upcoming = agenda.current(ordered, now), agenda.following(ordered, now)
    availability = _availability(health, running, now)
    until = agenda.free_until(ordered, now, policy.zone) if availability == "free" else None
    problem = _problem(health, policy.language)
    state = wire.RoomState(
        version=wire.VERSION,
        revision=0,
        now=wire.instant(now),
        room=wire.Room(name=policy.name, mailbox=policy.mailbox, timezone=policy.timezone, language=policy.language),
        calendar=wire.Calendar(
            source=policy.source,
            as_of=wire.instant(health.as_of) if health.as_of else None,
            stale=is_stale(health, now),
            problem=problem,
        ),
        availability=availability,
        meetings=[_meeting(slot, ordered, inputs, now) for slot in ordered],
        current=running.id if running else None,
        next=upcoming.id if upcoming else None,
        free_until=wire.instant(until) if until else None,
        inputs=list(inputs.shown),
        screen=inputs.screen,
        notices=[*_calendar_notices(health, problem, availability, policy.language), *inputs.notices],
        look=inputs.look,
        commands=_commands(inputs),
    )
    return Projection(state, min(agenda.next_change(ordered, now, policy.join_lead, policy.zone), *_ages(inputs, now)))


def setup_state(
    language: str,
    now: datetime,
    timezone: str = "Etc/UTC",
    look: wire.Look | None = None,
    notices: Sequence[wire.Notice] = (),
) -> wire.RoomState:
    """The state of a box that nobody has set up yet."""
    notice = wire.Notice(
        code="setup.no_config",
        severity="info",
        title=say(language, "setup.no_config"),
        detail=say(language, "setup.no_config", "detail"),
        since=wire.instant(now),
    )
    return wire.RoomState(
        version=wire.VERSION, revision=0, now=wire.instant(now),
        room=wire.Room(name="", mailbox="", timezone=timezone, language=language),
        calendar=wire.Calendar(source="", as_of=None, stale=True, problem=None),
        availability="unknown", meetings=[], current=None, next=None, free_until=None, inputs=[], screen="setup",
        notices=[notice, *notices], look=look or wire.Look(),
    )  # fmt: skip


def _stale_after(health: SourceHealth) -> timedelta:
    return max(STALE_AFTER, timedelta(seconds=3 * health.poll_interval_s))


def is_stale(health: SourceHealth, now: datetime) -> bool:
    """Whether the list may be an old one: no contact since the start, or none for a while."""
    if not health.contact_since_start or health.as_of is None:
        return True
    return now - health.as_of > _stale_after(health)


def _commands(inputs: Inputs) -> list[str]:
    return [*dict.fromkeys([*commands_with(showing=inputs.showing), *inputs.commands, *inputs.control.commands])]


def _ages(inputs: Inputs, now: datetime) -> list[datetime]:
    """When the calendar's age, or what room control knows, will say something new."""
    health, second = inputs.health, timedelta(seconds=1)
    marks = [inputs.control.changes_at] if inputs.control.changes_at is not None else []
    if health.as_of is not None:
        marks += [health.as_of + _stale_after(health) + second, health.as_of + UNKNOWN_AFTER + second]
    return [mark for mark in marks if mark > now] or [now + UNKNOWN_AFTER]


def _availability(health: SourceHealth, running: Slot | None, now: datetime) -> str:
    if health.as_of is None or now - health.as_of > UNKNOWN_AFTER:
        return "unknown"
    return "busy" if running else "free"


def _problem(health: SourceHealth, language: str) -> wire.Problem | None:
    if health.code is None:
        return None
    return wire.Problem(
        code=health.code,
        title=say(language, health.code),
        detail=say(language, health.code, "detail"),
        since=wire.instant(health.since) if health.since else None,
    )


def _calendar_notices(
    health: SourceHealth, problem: wire.Problem | None, availability: str, language: str
) -> list[wire.Notice]:
    notices = []
    if problem is not None and problem.since is not None:
        severity = "error" if availability == "unknown" or health.sign_in_refused else "warning"
        notices.append(
            wire.Notice(
                code=problem.code, severity=severity, title=problem.title, detail=problem.detail, since=problem.since
            )
        )
    if health.fallback is not None:
        notices.append(
            wire.Notice(
                code="calendar.failed_over",
                severity="info",
                title=say(language, "calendar.failed_over"),
                detail=say(language, "calendar.failed_over", "detail", source=SOURCE_NAMES[health.fallback.source]),
                since=wire.instant(health.fallback.since),
            )
        )
    if health.skipped and health.as_of is not None:
        notices.append(
            wire.Notice(
                code="calendar.items_skipped",
                severity="info",
                title=say(language, "calendar.items_skipped"),
                detail=say(language, "calendar.items_skipped", "detail", count=health.skipped),
                since=wire.instant(health.skipped_since or health.as_of),
            )
        )
    return notices


def _meeting(slot: Slot, ordered: Sequence[Slot], inputs: Inputs, now: datetime) -> wire.Meeting:
    policy, occurrence = inputs.policy, slot.stored.entry.occurrence
    private, acts = occurrence.private, acts_of(slot, ordered, inputs.control, now, inputs.policy.join_lead)
    join, reason = _join(slot, inputs)
    return wire.Meeting(
        id=slot.id,
        subject=None if private or policy.show_subject != "full" else occurrence.subject,
        organizer=None if private or policy.show_subject == "busy" else occurrence.organizer,
        start=_edge(occurrence.start_date, slot.begin),
        end=_edge(occurrence.end_date, slot.end),
        all_day=slot.all_day,
        private=private,
        tentative=slot.tentative,
        free=slot.free,
        phase=slot.phase(now, policy.join_lead),
        joinable_from=wire.instant(slot.joinable_from(policy.join_lead)),
        conflict=slot.conflict,
        checked_in=acts.checked_in,
        release_at=_instant(acts.release_at),
        join=join,
        no_join_reason=reason.value if reason is not None else None,
        no_join=_no_join(reason, policy) if reason is not None else None,
        actions=[*acts.actions],
        extend_until=_instant(acts.extend_until),
        pending=acts.pending,
    )


def _instant(value: datetime | None) -> str | None:
    return None if value is None else wire.instant(value)


def _no_join(reason: NoJoinReason, policy: RoomPolicy) -> wire.NoJoin:
    cure = cure_of(reason, policy.language, policy.mailbox)
    return wire.NoJoin(title=cure.title, detail=cure.detail, command=cure.command)


def _edge(day: date | None, instant: datetime) -> str:
    return day.isoformat() if day is not None else wire.instant(instant)


def _join(slot: Slot, inputs: Inputs) -> tuple[wire.Join | None, NoJoinReason | None]:
    """How to join under the room's policy, or why not: exactly one of the two."""
    ways, reason = ways_of(slot.stored, inputs.policy)
    if reason is not None:
        return None, reason
    first, *others = ways
    alternatives = [replace(_way(way, inputs), label=label_of(way)) for way in others]
    return replace(_way(first, inputs), alternatives=alternatives), None


def ways_of(stored: StoredEntry, policy: RoomPolicy) -> tuple[tuple[JoinInfo, ...], NoJoinReason | None]:
    """The ways to join under the room's policy, best first, with all their numbers; or none and why."""
    outcome = stored.entry.outcome
    if stored.entry.occurrence.private and not policy.private_join:
        return (), NoJoinReason.PRIVATE
    if outcome.join is None:
        return (), outcome.reason or NoJoinReason.NOT_ONLINE
    hidden = policy.untrusted == "hide"
    if hidden and not trusted(outcome.join, policy):
        return (), NoJoinReason.LINK_UNTRUSTED
    return (outcome.join, *(way for way in outcome.join.alternatives if not hidden or trusted(way, policy))), None


def _way(info: JoinInfo, inputs: Inputs) -> wire.Join:
    """Under "busy" no number is told."""
    return way_of(info, inputs.policy, inputs.launcher, shown=inputs.policy.show_subject != "busy")
