"""The sync token of `GraphSource`: which view was read, and where its changes are asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from agent.model.sync import SyncToken

_KIND = "graph-delta-1"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """`scope`: digest of mailbox and window. `view`: digest of ids and change keys in it. `link`: path and query of the
    deltaLink, which holds for this scope alone; "" when the view was read without one."""

    scope: str
    view: str
    link: str

    def token(self) -> SyncToken:
        """As one line, to be stored."""
        return SyncToken(f"{_KIND}:{self.scope}:{self.view}:{self.link}")

    @classmethod
    def of(cls, token: SyncToken | None) -> Bookmark | None:
        """None for no token, and for one that is not ours."""
        parts = (token or "").split(":", 3)
        if len(parts) != 4 or parts[0] != _KIND or not (parts[3] == "" or parts[3].startswith("/")):
            return None
        return cls(*parts[1:])
