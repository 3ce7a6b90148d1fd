"""Steps about Exchange Web Services: sign-in, whether EWS is on, impersonation, and what is behind it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.preflight.context import Scope, Target
from agent.preflight.engine import Step
from agent.preflight.ews.enabled import Enabled
from agent.preflight.ews.impersonation import Impersonation
from agent.preflight.ews.other_way import OtherWay
from agent.preflight.ews.sign_in import SignIn
from agent.preflight.mailbox import inside as inside_mailbox
from agent.preflight.mailbox.exists import Exists
from agent.preflight.mailbox.room_lists import RoomLists
from agent.preflight.mailbox.throttling import Throttling
from agent.preflight.mailbox.visit import Visit
from agent.sources.ews.settings import EwsSettings

SIGNED_IN = (SignIn.id, Enabled.id)
OPEN = (*SIGNED_IN, Exists.id, Impersonation.id)


def steps(target: Target) -> Sequence[Step]:
    """As far as `target.scope` goes; none without an EWS account. They share one connection: for one run."""
    if not isinstance(target.account, EwsSettings) or target.scope is Scope.NETWORK:
        return ()
    visit = Visit(target.account, target.clock)
    inside: list[Step] = []
    if target.scope is Scope.ROOM:
        inside = [Exists(visit, SIGNED_IN), Impersonation(visit, SIGNED_IN), *inside_mailbox(visit, OPEN)]
        inside.append(OtherWay(visit, SIGNED_IN))
    head: list[Step] = [SignIn(visit), Enabled(visit), RoomLists(visit, SIGNED_IN)]
    return [*head, *inside, Throttling(visit, SIGNED_IN)]
