"""The sync token of `EwsSource`: which view was read, and how far the folder's changes were followed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from agent.model.sync import SyncToken

_KIND = "ews-sync-1"
_WALKED, _UNDERWAY = "w", "u"


@dataclass(frozen=True, slots=True)
class FolderState:
    """Exchange's SyncState, opaque; empty before the first page. `walked`: the folder was read to its end once."""

    text: str = ""
    walked: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """`scope`: mailbox and window that were asked for. `view`: digest of ids and change keys in it."""

    scope: str
    view: str
    state: FolderState

    def token(self) -> SyncToken:
        """As one line, to be stored."""
        flag = _WALKED if self.state.walked else _UNDERWAY
        return SyncToken(f"{_KIND}:{self.scope}:{self.view}:{flag}:{self.state.text}")

    @classmethod
    def of(cls, token: SyncToken | None) -> Bookmark | None:
        """None for no token, and for one that is not ours."""
        parts = (token or "").split(":", 4)
        if len(parts) != 5 or parts[0] != _KIND or parts[3] not in (_WALKED, _UNDERWAY):
            return None
        return cls(parts[1], parts[2], FolderState(parts[4], parts[3] == _WALKED))
