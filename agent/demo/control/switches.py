"""The page's switches on the demo server's own faults, log and listening socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import RLock
from types import MappingProxyType

from agent.demo.control.ports import Fault, SeenRequest
from agent.demo.exchange import faults
from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import EWS, Effect, HttpStatus, NotXml, Wire
from agent.demo.http.oauth import Aadsts, WrongSecret
from agent.demo.server import DemoServer

RECENT = 400
SLOW_S = 8.0
_NO_OPERATION = "HTTP"

_OF_MAILBOX = ("FindItem", "GetItem", "SyncFolderItems", "Subscribe", "CreateItem", "UpdateItem", "DeleteItem")
_OF_USER = (
    "calendarView", "delta", "events", "event", "mailboxSettings", "createEvent", "updateEvent", "deleteEvent",
    "messages", "message", "deleteMessage", "respond", "sendMail",
)  # fmt: skip
_EWS_WRITES = ("CreateItem", "UpdateItem", "DeleteItem")
_GRAPH_WRITES = ("createEvent", "updateEvent", "deleteEvent")

EFFECTS: Mapping[Fault, tuple[tuple[Effect, str | None], ...]] = MappingProxyType(
    {
        Fault.SLOW: ((Wire(delay_s=SLOW_S), None),),
        Fault.BUSY: (
            (faults.ServerBusy(), None),
            (GraphSays(429, "TooManyRequests", retry_after="30.5"), None),
        ),
        Fault.WRONG_PASSWORD: (
            (HttpStatus(401, only=EWS), None),
            (GraphSays(401, "InvalidAuthenticationToken"), None),
            (WrongSecret(), "token"),
        ),
        Fault.CAPTIVE_PORTAL: ((NotXml(), None),),
        Fault.MAILBOX_NOT_FOUND: (
            (faults.ErrorCode("ErrorNonExistentMailbox"), None),
            (GraphSays(404, "ErrorInvalidUser"), None),
        ),
        Fault.IMPERSONATION_DENIED: (
            (faults.Fault("ErrorImpersonateUserDenied"), None),
            (GraphSays(403, "ErrorAccessDenied"), None),
        ),
        Fault.PASSWORD_EXPIRED: (
            (faults.Fault("ErrorPasswordExpired"), None),
            (GraphSays(401, "InvalidAuthenticationToken"), None),
            (Aadsts(7000222, "invalid_client"), "token"),
        ),
        Fault.ACCOUNT_LOCKED: (
            (faults.LockedOut(), None),
            (GraphSays(401, "InvalidAuthenticationToken"), None),
            (Aadsts(50053), "token"),
        ),
        Fault.MAILBOX_NOT_READY: (
            *((faults.Fault("ErrorMailboxStoreUnavailable"), operation) for operation in _OF_MAILBOX),
            *((GraphSays(404, "MailboxNotEnabledForRESTAPI"), operation) for operation in _OF_USER),
        ),
        Fault.LICENCE_MISSING: (
            *((faults.Fault("ErrorMissingEmailAddress"), operation) for operation in _OF_MAILBOX),
            *((GraphSays(404, "MailboxNotEnabledForRESTAPI"), operation) for operation in _OF_USER),
        ),
        Fault.EWS_DISABLED: ((HttpStatus(403, only=EWS), None),),
        Fault.ROOM_LISTS_DENIED: (
            *((faults.ErrorCode("ErrorAccessDenied"), operation) for operation in ("GetRoomLists", "GetRooms")),
            *((GraphSays(403, "Authorization_RequestDenied"), operation) for operation in ("roomLists", "rooms")),
        ),
        Fault.WRITE_DENIED: (
            *((faults.ErrorCode("ErrorAccessDenied"), operation) for operation in _EWS_WRITES),
            *((GraphSays(403, "ErrorAccessDenied"), operation) for operation in _GRAPH_WRITES),
        ),
    }
)
"""Effects and the operation they are for, None for any. Each face of the server has its own way of saying it."""


class ServerSwitches:
    """`ExchangeSwitches` of a running server. Faults that others armed, such as tests, are not shown."""

    def __init__(self, server: DemoServer) -> None:
        self._server = server
        self._lock = RLock()
        self._armed: dict[Fault, tuple[int, ...]] = {}

    @property
    def is_up(self) -> bool:
        return self._server.is_up

    def take_down(self) -> None:
        self._server.down()

    def bring_back(self) -> None:
        self._server.up()

    def faults(self) -> frozenset[Fault]:
        present = {number for number, _ in self._server.faults.armed()}
        with self._lock:
            return frozenset(fault for fault, numbers in self._armed.items() if present.issuperset(numbers))

    def set_fault(self, fault: Fault, active: bool) -> None:
        with self._lock:
            if active == (fault in self.faults()):
                return
            if active:
                self._armed[fault] = tuple(
                    self._server.faults.add(effect, operation=operation) for effect, operation in EFFECTS[fault]
                )
            else:
                for number in self._armed.pop(fault):
                    self._server.faults.remove(number)

    def heal(self) -> None:
        with self._lock:
            self._armed.clear()
        self._server.faults.clear()
        self.bring_back()

    def counts(self) -> Mapping[str, int]:
        return Counter(record.operation or _NO_OPERATION for record in self._server.requests.records())

    def recent(self) -> Sequence[SeenRequest]:
        records = self._server.requests.records()
        newest = islice(zip(range(len(records), 0, -1), reversed(records), strict=True), RECENT)
        return [
            SeenRequest(
                number=number,
                at=record.at,
                operation=record.operation or _NO_OPERATION,
                mailbox=record.mailbox or "",
                status=record.status,
                items=record.items,
            )
            for number, record in newest
        ]
