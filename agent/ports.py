"""Every interface between parts. A docstring here is the contract; tests/contracts holds one suite for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.model.control import Attendance, Mail, NewBooking, NewOperation, Operation, Outcome, Present, Taken
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, Invitation, ItemId
from agent.model.history import Past
from agent.model.join import JoinOutcome
from agent.model.owner import OwnerMark
from agent.model.requests import Answered, Reply, Request, Span
from agent.model.sync import Delta, Entry, Heard, SyncToken, Window


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """The current instant, aware, UTC. May jump when the system clock is set."""

    def monotonic(self) -> float:
        """Seconds since some fixed point; never goes back. Every wait is measured with this."""


class CalendarSource(Protocol):
    """Adapter to a calendar service, for one room mailbox. Synchronous; every call runs in the sync worker's thread.

    All methods raise `agent.errors.SourceError` subclasses and nothing else for anything the service or the network
    does. They never retry on their own, never wait beyond their deadline, and may be called again after any failure.
    """

    @property
    def name(self) -> str:
        """The source's name in configuration and RoomState: "ews" or "graph"."""

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        """What is in the window, and the content of what is new.

        `token` None asks for everything in the window. `known` is what the caller has stored of the window; content is
        fetched for other change keys only, in batches. Calling twice is harmless. Raises `SyncTokenInvalid`
        when the token is no longer good: call again with None.
        """

    def probe(self) -> ProbeResult:
        """Sign in, open the room's calendar, read nothing of it. The cheapest proof that `changes_since` will work."""

    def room_lists(self) -> Sequence[Mailbox]:
        """The organisation's room lists; empty when there are none."""

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        """Rooms of the list with this address. Raises `MailboxNotFound` for an unknown list."""

    def resolve(self, name: str) -> Sequence[Mailbox]:
        """Mailboxes whose name or address begins with `name`, at most 100; empty when there are none."""

    def close(self) -> None:
        """Give up connections. Harmless when called twice."""


class ChangeStream(Protocol):
    """Where the server tells by itself that something changed; what it was, a round of the sync finds out.

    Blocking, with connections of its own, in a thread of its own; `hang_up` may be called from any thread.
    """

    @property
    def requests(self) -> int:
        """HTTP requests made so far."""

    def listen(self, heard: Callable[[Heard], None]) -> None:
        """Connect and call `heard` with every sign of life, until the server ends the connection in good order.

        Raises `agent.errors.SourceError` subclasses and nothing else for everything else that ends it, silence and
        `hang_up` included. May be called again; what happened in between is told to nobody.
        """

    def hang_up(self) -> None:
        """Ends a `listen` under way soon. Harmless when there is none."""

    def close(self) -> None:
        """Hang up and give up connections. Harmless when called twice."""


class WritableCalendar(Protocol):
    """The writing half of a source: the room's own copies of meetings, and bookings of its own. Synchronous, in a
    thread and on connections of its own; may be made and called without any network before the first call.

    All methods raise `agent.errors.SourceError` subclasses and nothing else for anything the service or the network
    does. They never retry on their own and never wait beyond their deadline. Nobody is ever sent anything.
    """

    @property
    def name(self) -> str:
        """The source's name: "ews" or "graph"."""

    def taken(self, window: Window) -> Sequence[Taken]:
        """What occupies the room in the window, by start, read from the server now; at most some hundred."""

    def created(self, key: str, booking: NewBooking) -> Present | None:
        """The item that an earlier `create` with this key has made, if it did: asked before it is repeated."""

    def create(self, key: str, booking: NewBooking) -> Present:
        """Book the room without attendees; nothing is checked. The key is kept with the item on the server."""

    def read(self, item_id: ItemId) -> Present | None:
        """The item now; None when it is gone. An occurrence's id that the server has replaced is gone."""

    def set_end(self, seen: Present, end: datetime) -> Present:
        """Let the room's copy end at `end`. Raises `WriteConflict` when it is not as it was `seen`, or gone."""

    def delete(self, item_id: ItemId) -> None:
        """Remove the item, to where a person can find it again. Harmless when it is gone."""

    def send(self, key: str, mail: Mail) -> str:
        """Send a message as the room; the id of the request. A repeat with a key that was sent sends nothing. Raises
        `AccessDenied` where the room may not send."""

    def close(self) -> None:
        """Give up connections. Harmless when called twice."""


class OwnerMarks(Protocol):
    """Marks by which boxes on one mailbox see each other: hidden items in the room's calendar that nobody looks at
    (`agent.sources.owner_marks`). Synchronous, like `WritableCalendar`, and raises the same."""

    def marks(self) -> Sequence[OwnerMark]:
        """All that are there, whoever put them."""

    def put(self, owner: str, host: str) -> None:
        """One more. `owner`: 16 hexadecimal digits; `host` is made safe."""

    def remove(self, marks: Sequence[OwnerMark]) -> None:
        """Remove these; harmless for those that are gone."""

    def close(self) -> None:
        """Give up connections. Harmless when called twice."""


class RequestBox(Protocol):
    """Meeting requests of the room's inbox. Synchronous, like `WritableCalendar`, and raises the same.

    An answer takes effect once: it removes its message from the inbox, so what is still pending was not answered.
    """

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        """Requests and cancellations, oldest first, at most `most`; other mail is passed over. Occurrences of series
        are listed up to `until`."""

    def answer(self, request: Request, reply: Reply) -> Answered:
        """Accept or decline, and tell the organizer. Raises `WriteConflict` when somebody has answered meanwhile, with
        the code "requests.changed" when nobody has, but the message is out of date by now."""

    def carry_out(self, request: Request) -> Answered:
        """For a CANCELLATION: remove the meeting from the calendar and the message from the inbox. For a message that
        is out of date or about the room's own meeting: remove the message."""

    def decline(self, uid: str, item_id: ItemId | None, spans: Sequence[Span], comment: str) -> None:
        """Decline occurrences of a series that was accepted: what `answer` was to do and a crash has kept it from. One
        that is not there is declined already. `item_id`: of the series in the calendar, where known."""

    def close(self) -> None:
        """Give up connections. Harmless when called twice."""


class Outbox(Protocol):
    """Writes on their way. All is on disk when a method returns. Any method may raise `agent.errors.StoreError`."""

    def add(self, new: Sequence[NewOperation], now: datetime) -> Sequence[Operation]:
        """Put operations in, all or none."""

    def waiting(self) -> Sequence[Operation]:
        """Those without an outcome, by number."""

    def finished(self, since: datetime) -> Sequence[Operation]:
        """Those that ended since, by number."""

    def of_command(self, command_id: str) -> Sequence[Operation]:
        """A command's operations, by number."""

    def begin(self, number: int) -> Operation:
        """One attempt more: called before anything is sent. What has ended comes back as it is, and not counted."""

    def postpone(self, number: int, next_at: datetime, code: str) -> None:
        """The attempt failed; not again before `next_at`."""

    def finish(self, number: int, outcome: Outcome) -> None:
        """It has ended; the first outcome counts. A booking that is DONE gives its item the meeting id it was announced
        with."""

    def withdraw(self, number: int, now: datetime) -> bool:
        """Take back what was never begun; False when it was."""

    def unaudited(self) -> Sequence[Operation]:
        """Finished ones that `audited` was not called for."""

    def audited(self, number: int) -> None:
        """It stands in the audit log."""

    def forget(self, before: datetime) -> int:
        """Delete what ended before this instant and stands in the audit log; how many."""


class AttendanceStore(Protocol):
    """Who came, meeting by meeting. Any method may raise `agent.errors.StoreError`."""

    def get(self, meeting_ids: Sequence[str]) -> Mapping[str, Attendance]:
        """What is known of these meetings; nothing is known of one that is absent."""

    def put(self, attendance: Attendance) -> None:
        """Write down, in place of what was known."""

    def strikes(self, uid: str, since: datetime) -> int:
        """How many occurrences of a series were released since and not kept."""

    def forget(self, before: datetime) -> int:
        """Delete what is about meetings that started before; how many."""


class JoinExtractor(Protocol):
    """From an invitation to how to join. Pure and total: never raises, whatever the text, and ends in linear time."""

    @property
    def version(self) -> str:
        """Changes when the same invitation may give another outcome: what is stored is then read again."""

    def __call__(self, invitation: Invitation) -> JoinOutcome: ...


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with the meeting id it was given when first seen; the id outlives edits, moves and restarts."""

    meeting_id: str
    entry: Entry


class CalendarStore(Protocol):
    """The local copy of the room's calendar. Any method may raise `agent.errors.StoreError`."""

    def token(self, scope: str) -> SyncToken | None:
        """The token of this scope's last delta; None for another scope (mailbox, source, extractor, policy)."""

    def known(self, scope: str, window: Window) -> Mapping[ItemId, ChangeKey]:
        """Change keys of the stored entries in the window; none of another scope: all is then read again."""

    def apply(
        self,
        scope: str,
        token: SyncToken | None,
        upserts: Sequence[Entry],
        removed: Sequence[ItemId],
        as_of: datetime,
    ) -> None:
        """Delta and token in one transaction: after a crash both are there or neither. Removals first, then upserts;
        an upsert with the key of a removed or stored entry keeps its meeting id."""

    def entries(self, window: Window) -> Sequence[StoredEntry]:
        """Entries that intersect the window, by start, then meeting id."""

    def as_of(self) -> datetime | None:
        """When the source was last read successfully; None before the first time ever."""

    def forget_before(self, end: datetime) -> int:
        """Delete entries that ended before this instant; how many."""

    def note(self, key: str) -> str | None:
        """A small durable fact by name (revision, circuit breaker); None when it was never set."""

    def set_note(self, key: str, value: str | None) -> None:
        """Set or delete a durable fact, on disk when this returns."""

    def close(self) -> None:
        """Flush and close. Harmless when called twice."""


class HistoryStore(Protocol):
    """What the box remembers of its last days: bounded in rows and age. Any method may raise `StoreError`."""

    def write(self, past: Past, now: datetime) -> None:
        """Add these, or replace those with the same key (spans: name or code, and since), and forget what is old, in
        one transaction. Takes no spare room on a full disk."""

    def read(self, since: datetime, until: datetime) -> Past:
        """What touches [since, until)."""

    def end_spans(self, now: datetime) -> None:
        """End the spans that a process left open which no longer runs, when it last wrote something."""


class Secrets(Protocol):
    """Where passwords and keys come from. A secret is read when needed and never kept in configuration."""

    def read(self, key_path: str, file: str) -> str:
        """The secret for a key path without `_file` ("calendar.ews.password"): the file, else the systemd credential of
        that name, one trailing newline dropped. Raises `ConfigError` naming key path and path when there is none."""

    def read_bytes(self, key_path: str, file: str) -> bytes:
        """The same for a file that need not be text, such as a PFX certificate, unchanged."""

    def kept(self, name: str) -> str:
        """What `keep` has kept under a name; "" when there is nothing."""

    def keep(self, name: str, text: str) -> None:
        """Keep a secret that the agent was given itself, such as a person's sign-in, over restarts."""


class StateLock(Protocol):
    """Exclusive use of a state directory."""

    def hold(self) -> AbstractContextManager[None]:
        """Held until exit. Raises `AlreadyRunning` when another process holds it."""
