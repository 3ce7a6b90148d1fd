"""What two sources would put on the screen, side by side. Pure.

Both answers go the way of every answer, through plan, policy and projection: what differs then is what people would
see. Meetings are known here by their key: UID, and original start for those of a series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.model.event import Invitation, OccurrenceKey
from agent.model.join import JoinOutcome
from agent.model.sync import Delta, SourceHealth, Window
from agent.ports import StoredEntry
from agent.state.policy import RoomPolicy
from agent.state.project import Inputs, project
from agent.sync.keep import to_entry
from agent.sync.plan import plan
from agent.wire import instant, to_dict

Extract = Callable[[Invitation], JoinOutcome]


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` of the meeting `id`, as the screen would have it by either protocol; None: nothing there. `field` is
    `meeting` when one of them has no such meeting (the value is then when it starts and what it is called), and
    `complete` when a source could not list everything. `about`: when it starts and what it is called, for people."""

    id: str
    field: str
    ews: Any
    graph: Any
    about: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One source's answer to a request for everything."""

    delta: Delta
    window: Window


def compare(ews: Side, graph: Side, extract: Extract, policy: RoomPolicy, now: datetime) -> list[Difference]:
    """Every difference, by start of the meeting, then field."""
    mine = _shown(ews, extract, policy, now)
    theirs = _paired(mine, _shown(graph, extract, policy, now))
    found = []
    if ews.delta.complete != graph.delta.complete:
        found.append(Difference("", "complete", ews.delta.complete, graph.delta.complete))
    order = sorted({**mine, **theirs}, key=lambda key: ((mine.get(key) or theirs[key])["start"], key))
    for key in order:
        found += _differences(key, mine.get(key), theirs.get(key))
    return found


def report(differences: list[Difference]) -> dict[str, Any]:
    """As `room-agent parity --json` prints it."""
    found = [{"id": each.id, "field": each.field, "ews": each.ews, "graph": each.graph} for each in differences]
    return {"equal": not differences, "differences": found}


def _shown(side: Side, extract: Extract, policy: RoomPolicy, now: datetime) -> dict[str, dict[str, Any]]:
    """The screen's meetings by key."""
    planned = plan([], side.delta, side.window, empty_believed=True)
    entries = [
        StoredEntry(_name(each.occurrence.key), to_entry(each, extract, private_join=policy.private_join))
        for each in planned.upserts
    ]
    health = SourceHealth(as_of=now, contact_since_start=True)
    state = to_dict(project(Inputs(policy=policy, entries=entries, health=health), now).state)
    return {meeting["id"]: meeting for meeting in state["meetings"]}


def _paired(mine: Mapping[str, dict[str, Any]], theirs: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """`theirs` under the keys of `mine`: where a key is only on one side, the meeting that looks the same has it. Keys
    are not on the screen; a server may know a series by another UID over the other protocol."""
    waiting: dict[tuple[Any, ...], list[str]] = {}
    for key, meeting in mine.items():
        if key not in theirs:
            waiting.setdefault(_look(meeting), []).append(key)
    paired = {}
    for key, meeting in theirs.items():
        same = waiting.get(_look(meeting)) if key not in mine else None
        paired[same.pop(0) if same else key] = meeting
    return {key: {**meeting, "id": key} for key, meeting in paired.items()}


def _look(meeting: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(meeting[name] for name in ("start", "end", "all_day", "subject", "organizer"))


def _name(key: OccurrenceKey) -> str:
    return key.uid if key.original_start is None else f"{key.uid} {instant(key.original_start)}"


def _differences(key: str, ews: Mapping[str, Any] | None, graph: Mapping[str, Any] | None) -> Iterator[Difference]:
    about = _summary(ews or graph) or ""
    if ews is None or graph is None:
        yield Difference(key, "meeting", _summary(ews), _summary(graph), about)
        return
    mine, theirs = dict(_flat(ews)), dict(_flat(graph))
    for field in sorted({**mine, **theirs}):
        if mine.get(field) != theirs.get(field):
            yield Difference(key, field, mine.get(field), theirs.get(field), about)


def _summary(meeting: Mapping[str, Any] | None) -> str | None:
    return None if meeting is None else f"{meeting['start']} {meeting['subject'] or '(no subject)'}"


def _flat(meeting: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Fields by dotted names; lists are compared as a whole. A sentence says no more than the reason beside it."""
    for name, value in meeting.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif not f"{prefix}{name}".startswith("no_join."):
            yield f"{prefix}{name}", value
