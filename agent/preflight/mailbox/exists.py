"""`mailbox.exists`: whether there is a mailbox under the room's address. A new one takes up to a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from agent.errors import SignInFailed, SourceError
from agent.model.preflight import Finding, Status, Who
from agent.preflight.account.refusals import refused
from agent.preflight.commands import rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble
from agent.sources.graph.settings import GraphSettings

WAIT_S, EVERY_S = 900.0, 30.0

Waiting = Callable[[Notes, float], bool]
"""Lets seconds pass; False when nobody waits any more."""


class State(Enum):
    """What an answer says about the mailbox."""

    THERE = auto()
    NOT_READY = auto()
    NONE = auto()  # a user without a mailbox: no licence
    UNKNOWN = auto()  # nobody has the address
    ELSEWHERE = auto()  # on-premises, where Graph does not reach
    NOT_JUDGED = auto()  # refused before the mailbox mattered
    TROUBLE = auto()


_BY_RESPONSE = {
    "mailboxnotenabledforrestapi": State.NOT_READY,  # said of unlicensed and of on-premises ones as well
    "errormailboxnotenabledforrestapi": State.NOT_READY,
    "mailboxnotsupportedforrestapi": State.ELSEWHERE,
    "mailboxnothostedinexchangeonline": State.ELSEWHERE,
    "errormissingemailaddress": State.NONE,
    "errormailboxstoreunavailable": State.NOT_READY,
    "mailboxstoreunavailable": State.NOT_READY,
    "errormailboxmoveinprogress": State.NOT_READY,
    "errormailboxfailover": State.NOT_READY,
}
_BY_CODE = {
    "calendar.mailbox_not_found": State.UNKNOWN,
    "calendar.mailbox_not_in_cloud": State.NOT_READY,
    "calendar.non_primary_address": State.THERE,
    "calendar.access_denied": State.THERE,
    "calendar.impersonation_denied": State.NOT_JUDGED,
    "calendar.graph_access_denied": State.NOT_JUDGED,
    "calendar.mailbox_out_of_scope": State.NOT_JUDGED,
    "calendar.app_role_missing": State.NOT_JUDGED,
}


_ABSENT = {
    State.NOT_READY: ("mailbox.not_ready", Who.EXCHANGE_ADMIN),
    State.UNKNOWN: ("mailbox.unknown", Who.TECHNICIAN),
    State.ELSEWHERE: ("mailbox.elsewhere", Who.TECHNICIAN),
}


def state_of(error: SourceError | None) -> State:
    """By the server's own code first. Pure."""
    if error is None:
        return State.THERE
    by_code = _BY_CODE.get(error.code, State.TROUBLE)
    return _BY_RESPONSE.get(error.hints.get("response", "").lower(), by_code)


def really(notes: Notes, seconds: float) -> bool:
    """Waits, and ends at once when the preflight is cancelled."""
    return not notes.cancelled.wait(seconds)


@dataclass(frozen=True)
class Exists:
    """The step. With `target.wait` it asks again every `EVERY_S` seconds, `WAIT_S` at most, and says that it does."""

    visit: Visit
    needs: Sequence[str]
    waiting: Waiting = really
    id: ClassVar[str] = "mailbox.exists"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        state, began = self._state(again=False), target.clock.monotonic()
        while state is State.NOT_READY and target.wait:
            passed_s = target.clock.monotonic() - began
            if passed_s >= WAIT_S:
                break
            left = f"{(WAIT_S - passed_s) / 60:.0f}"
            notes.interim(self.id, warned("mailbox.waiting", Who.TECHNICIAN, room=self.visit.room, minutes=left))
            if not self.waiting(notes, EVERY_S):
                break
            state = self._state(again=True)
        return self._finding(state, waited=target.clock.monotonic() - began >= WAIT_S)

    def _state(self, *, again: bool) -> State:
        """What EWS says of an unknown mailbox, and of one that is out of scope, the directory knows better."""
        state = state_of(self.visit.opened(again=again))
        if isinstance(self.visit.account, GraphSettings) or state not in (State.UNKNOWN, State.NOT_JUDGED):
            return state
        found = self.visit.found(self.visit.room)
        if found is None:
            return state
        if not found:
            return State.UNKNOWN
        return State.NOT_READY if state is State.UNKNOWN else State.THERE

    def _finding(self, state: State, *, waited: bool) -> Finding:
        room, account = self.visit.room, self.visit.account
        if state is State.THERE:
            return passed("mailbox.exists", room=self.visit.room_name, address=room)
        if state is State.NOT_JUDGED:
            return Finding(Status.SKIPPED, "mailbox.not_judged", {"room": room})
        if state is State.TROUBLE:
            error = self.visit.opened()
            assert error is not None
            return refused(error, account) if isinstance(error, SignInFailed) else trouble(error)
        online = isinstance(account, GraphSettings) or account.online
        if state is State.NONE or (state is State.NOT_READY and waited):
            code, who = "mailbox.none_online" if online else "mailbox.none_on_prem", Who.EXCHANGE_ADMIN
        else:
            code, who = _ABSENT[state]
        command = rooms.licences if code == "mailbox.none_online" else rooms.recipient
        return mended_by(failed(code, who, room=room), command(room))
