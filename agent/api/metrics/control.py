"""Metrics of room control: what the box changes in its calendar, and answers."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator

from prometheus_client.core import Metric

from agent.api.metrics.families import counters, gauge
from agent.api.metrics.snapshot import Snapshot
from agent.model.control import Act, OpState
from agent.model.control_health import AnsweringHealth

UNDONE = (OpState.FAILED.value, OpState.GIVEN_UP.value)
ACCEPTED, DECLINED = "accepted", "declined"
_ACCEPTED = ("requests.accepted", "requests.some_declined", "requests.unchanged")


def control(now: Snapshot) -> Iterator[Metric]:
    """Writes, a second owner, answers to invitations."""
    health = now.control
    done, undone = Tally[str](), Tally[str]()
    for (act, outcome), count in health.written.items():
        if outcome == OpState.DONE:
            done[act] += count
        else:
            undone[outcome] += count
    yield counters("calendar_writes", "Changes of the calendar that the server took, by command.", "act", done,
                   [act.value for act in Act])  # fmt: skip
    yield counters("calendar_write_failures", "Changes of the calendar that came to nothing: refused, or given up.",
                   "outcome", undone, UNDONE)  # fmt: skip
    yield gauge("calendar_writes_waiting", "Changes of the calendar that the server has not taken yet.", health.waiting)
    yield gauge("calendar_write_denied", "1 while the server refuses changes of the calendar.",
                float(bool(health.denied)))  # fmt: skip
    yield gauge("second_owner", "1 while another box serves the same mailbox.", float(health.second is not None))
    yield from _answering(health.answering or AnsweringHealth())


def _answering(answering: AnsweringHealth) -> Iterator[Metric]:
    yield gauge("requests_waiting", "Invitations in the inbox that wait for an answer.", answering.backlog or 0)
    yield gauge("requests_refused", "1 while invitations are not answered although they should be.",
                float((answering.refused or answering.failing) is not None))  # fmt: skip
    accepted = sum(answering.answered.get(code, 0) for code in _ACCEPTED)
    declined = sum(answering.answered.values()) - accepted
    yield counters("requests_answered", "Invitations answered.", "response", {ACCEPTED: accepted, DECLINED: declined},
                   (ACCEPTED, DECLINED))  # fmt: skip
