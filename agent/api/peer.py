"""Who is at the other end of the core's socket. The kernel says it (SO_PEERCRED), nobody can claim it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from enum import StrEnum

from starlette.types import ASGIApp, Receive, Scope, Send

from agent.api.problems import problem

DISPLAY_PATHS = "/api/v1/display/"
USERS = {"room-web": "front", "room-display": "display"}


class Role(StrEnum):
    FRONT = "front"
    DISPLAY = "display"
    ADMIN = "admin"


def role_of(uid: int, users: Mapping[str, str] = USERS) -> Role | None:
    """The role of a user: root and our own user may do everything, the two service users their part, others nothing."""
    if uid in (0, os.geteuid()):
        return Role.ADMIN
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
    return Role(users[name]) if name in users else None


class PeerGuard:
    """ASGI middleware: refuses peers without a role, and the display, whose browsers show strangers' pages, everything
    but its own paths; tells the app the role in `scope["state"]["role"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            role = role_of(scope.get("state", {}).get("peer_uid", -1))
            if role is None or (role is Role.DISPLAY and not scope["path"].startswith(DISPLAY_PATHS)):
                refusal = f"This user may not use {'this path of ' if role else ''}the room agent's socket."
                await problem(403, "peer.refused", refusal)(scope, receive, send)
                return
            scope.setdefault("state", {})["role"] = role
        await self._app(scope, receive, send)
