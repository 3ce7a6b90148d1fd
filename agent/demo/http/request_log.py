"""What was asked of the server: a log for tests, the benchmark and the control page. No bodies, no secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Condition

_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One HTTP request to the EWS endpoint or to those of OAuth (`token`, `openid-configuration`).

    `operation` is None when the request was not SOAP; `mailbox` is the address in the impersonation header; `items` the
    number of item ids in it. `auth` is anonymous, basic, ntlm, ntlm-handshake, bearer, oauth or fault; `admitted` says
    whether it opened EWS.
    """

    operation: str | None
    mailbox: str | None
    items: int
    at: datetime
    status: int
    auth: str
    admitted: bool


class RequestLog:
    """Thread-safe; the newest 20 000 are kept."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._records: deque[RequestRecord] = deque(maxlen=_KEPT)

    def add(self, record: RequestRecord) -> None:
        with self._changed:
            self._records.append(record)
            self._changed.notify_all()

    def records(self, operation: str | None = None) -> Sequence[RequestRecord]:
        """All, or those of one operation, oldest first."""
        with self._changed:
            return [r for r in self._records if operation is None or r.operation == operation]

    def clear(self) -> None:
        with self._changed:
            self._records.clear()

    def wait_for(self, condition: Callable[[Sequence[RequestRecord]], bool], timeout_s: float) -> bool:
        """Wait until `condition` holds of the records; False when it did not within `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(list(self._records)), timeout_s)
