"""One run's visit to the service: a connection that all its steps share, and an account that is never tried again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from agent.errors import SignInFailed, SourceError, SourceThrottled
from agent.model.directory import Mailbox, MailboxKind
from agent.model.event import Fetched
from agent.ports import CalendarSource, Clock
from agent.sources.ews.settings import EwsSettings
from agent.sources.graph.settings import GraphSettings
from agent.sources.write_check import Written

T = TypeVar("T")


class Traffic(Protocol):
    """What went over the connections; see `agent.sources.transport.adapter.Traffic`."""

    requests: int
    slowed: int
    used: float | None


class Checkup(Protocol):
    """What a preflight asks of a service beside the calendar. Every method raises `SourceError` and nothing else."""

    @property
    def source(self) -> CalendarSource:
        """The calendar, over the same connection and sign-in."""

    @property
    def traffic(self) -> Traffic: ...

    def sign_in(self) -> None:
        """Shows the secret, once. Returns when it was accepted, whatever else is wrong."""

    def kind(self) -> MailboxKind:
        """Whose mailbox the room's is; UNKNOWN where the account may not see it."""

    def owners(self) -> int | None:
        """How many people own the app registration; None where the account may not see it, or is none."""

    def try_writing(self) -> Written:
        """Creates an item nobody sees and removes it again; never raises."""

    def close(self) -> None: ...


class Visit:
    """Opened by its first question. After a refused sign-in nothing is asked any more: the same error answers.

    What steps learn for those after them: `signed_in`, `blocked` (the service as such refuses us), `opened` (why the
    room's calendar does not open; None when it does), `rooms` (names by address, out of room lists) and `meetings`.
    """

    def __init__(self, account: EwsSettings | GraphSettings, clock: Clock, refusal: SignInFailed | None = None) -> None:
        """`refusal`: that the account has met already."""
        self.account = account
        self.refusal = refusal
        self.signed_in = self.blocked = False
        self.rooms: dict[str, str] = {}
        self.meetings: Sequence[Fetched] = ()
        self.waits: list[float] = []
        self._clock = clock
        self._checkup: Checkup | None = None
        self._opened: tuple[SourceError | None] | None = None

    @property
    def checkup(self) -> Checkup:
        if self._checkup is None:
            self._checkup = open_checkup(self.account, self._clock)
        return self._checkup

    def ask(self, question: Callable[[Checkup], T]) -> T:
        """The answer. Raises `SourceError`."""
        if self.refusal is not None:
            raise self.refusal
        try:
            return question(self.checkup)
        except SignInFailed as error:
            self.refusal = error
            raise
        except SourceThrottled as error:
            self.waits.append(error.retry_after_s or 0.0)
            raise

    def shut(self, error: SignInFailed) -> None:
        """The sign-in was refused within an answer: nothing more is asked."""
        self.refusal = error

    def opened(self, *, again: bool = False) -> SourceError | None:
        """Why the room's calendar does not open; None when it does. Asked once, but for `again`."""
        if self._opened is None or again:
            try:
                self.ask(lambda checkup: checkup.source.probe())
            except SourceError as error:
                self._opened = (error,)
            else:
                self._opened = (None,)
        return self._opened[0]

    def found(self, address: str) -> Sequence[Mailbox] | None:
        """What the directory has under an address; None when it does not say."""
        try:
            return self.ask(lambda checkup: checkup.source.resolve(address))
        except SourceError:
            return None

    @property
    def room(self) -> str:
        return self.account.mailbox

    @property
    def room_name(self) -> str:
        return self.rooms.get(self.room.lower(), self.room)

    def close(self) -> None:
        if self._checkup is not None:
            self._checkup.close()
            self._checkup = None


def open_checkup(account: EwsSettings | GraphSettings, clock: Clock) -> Checkup:
    """The service's checkup, imported when asked for (exchangelib: 0.3 s, 50 MB). No network traffic yet."""
    if isinstance(account, GraphSettings):
        from agent.sources.graph.checkup import GraphCheckup  # noqa: PLC0415  lazy on purpose

        return GraphCheckup(account, clock)
    from agent.sources.ews.checkup import EwsCheckup  # noqa: PLC0415  lazy on purpose

    return EwsCheckup(account, clock)
