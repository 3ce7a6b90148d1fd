"""Steps about Microsoft Graph: sign-in, permission for the room, and what is behind it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.preflight.context import Scope, Target
from agent.preflight.engine import Step
from agent.preflight.graph.owners import Owners
from agent.preflight.graph.permission import Permission
from agent.preflight.graph.sign_in import SignIn
from agent.preflight.mailbox import inside as inside_mailbox
from agent.preflight.mailbox.exists import Exists
from agent.preflight.mailbox.room_lists import RoomLists
from agent.preflight.mailbox.throttling import Throttling
from agent.preflight.mailbox.visit import Visit
from agent.sources.graph.settings import GraphSettings

SIGNED_IN = (SignIn.id,)
OPEN = (*SIGNED_IN, Exists.id, Permission.id)


def steps(target: Target) -> Sequence[Step]:
    """As far as `target.scope` goes; none without a Graph account. They share one connection: for one run."""
    if not isinstance(target.account, GraphSettings) or target.scope is Scope.NETWORK:
        return ()
    visit = Visit(target.account, target.clock)
    inside: list[Step] = []
    if target.scope is Scope.ROOM:
        inside = [Exists(visit, SIGNED_IN), Permission(visit, SIGNED_IN), *inside_mailbox(visit, OPEN)]
    head: list[Step] = [SignIn(visit), RoomLists(visit, SIGNED_IN)]
    return [*head, *inside, Owners(visit, SIGNED_IN), Throttling(visit, SIGNED_IN)]
