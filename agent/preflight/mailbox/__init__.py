"""Steps about the room's mailbox, the same for EWS and Graph. What they need they are told by who uses them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.preflight.engine import Step
from agent.preflight.mailbox.calendar import Calendar
from agent.preflight.mailbox.kind import Kind
from agent.preflight.mailbox.processing import Processing
from agent.preflight.mailbox.scope import OtherMailbox
from agent.preflight.mailbox.visit import Visit
from agent.preflight.mailbox.write import Write


def inside(visit: Visit, opened: Sequence[str]) -> Sequence[Step]:
    """What an open mailbox shows."""
    return (
        Kind(visit, opened),
        Calendar(visit, opened),
        Processing(visit, (*opened, Calendar.id)),
        Write(visit, opened),
        OtherMailbox(visit, opened),
    )
