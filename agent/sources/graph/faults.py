"""Graph's refusals in our words: HTTP status and code decide, messages of the server are never passed on.

Sources: exchange.md 5.8; recorded answers. Codes are compared in lower case: Graph and Exchange do not agree on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
    SyncTokenInvalid,
    WriteConflict,
)
from agent.sources.transport.waits import retry_after

REQUEST_REFUSED = "calendar.request_refused"
WRITE_CONFLICT, WRITE_REFUSED = "calendar.write_conflict", "calendar.write_refused"
DUPLICATE = "errorduplicatetransactionid"
_GONE = frozenset(
    {"erroritemnotfound", "errorinvalididmalformed", "errorinvalidid", "errorcalendaroccurrenceisdeleted"}
)
_NO_MAILBOX = frozenset(
    {
        "errorinvaliduser",
        "request_resourcenotfound",
        "resourcenotfound",
        "errornonexistentmailbox",
        "errorinvalidmailbox",
        "errormailboxnotfound",
        "erroritemnotfound",
        "mailboxnotfound",
        "errorusernotfound",
    }
)
_NOT_IN_CLOUD = frozenset(
    {
        "mailboxnotenabledforrestapi",
        "mailboxnotsupportedforrestapi",
        "errormailboxnotenabledforrestapi",
        "mailboxnothostedinexchangeonline",
    }
)
_STALE = frozenset(
    {"syncstatenotfound", "syncstateinvalid", "resyncrequired", "errorinvalidsyncstatedata", "fullsyncrequired"}
)
_THROTTLED = frozenset({"toomanyrequests", "applicationthrottled", "errorserverbusy", "activitylimitreached"})
_TOO_SLOW = frozenset({"errortimeoutexpired", "gatewaytimeout"})
_CROSSING = frozenset({"erroroccurrencecrossingboundary", "erroroccurrencetimespantoobig"})
_CHANGED = frozenset({"errorirresolvableconflict", "errorchangekeyrequired", "errorstaleobject"})
_Row = tuple[tuple[int, ...], frozenset[str] | None, type[SourceError], str, str]
_TABLE: tuple[_Row, ...] = (
    (
        (),
        _NOT_IN_CLOUD,
        MailboxNotFound,
        "calendar.mailbox_not_in_cloud",
        "the room has no mailbox in Exchange Online, or no licence",
    ),
    ((401,), None, SignInFailed, "calendar.token_refused", "the service does not take the app's token"),
    ((404,), _NO_MAILBOX, MailboxNotFound, "calendar.mailbox_not_found", "no mailbox has the room's address"),
    ((409, 412), None, WriteConflict, WRITE_CONFLICT, "what is to be written over has changed"),
    ((), _CHANGED, WriteConflict, WRITE_CONFLICT, "what is to be written over has changed"),
    ((400,), _CROSSING, SourceError, WRITE_REFUSED, "the occurrence would reach its neighbour"),
    ((407,), None, SourceUnavailable, "calendar.proxy", "the proxy wants to be signed in to"),
    ((504,), None, SourceUnavailable, "calendar.server_timeout", "the server ran out of time"),
    ((), _TOO_SLOW, SourceUnavailable, "calendar.server_timeout", "the server ran out of time"),
    ((400, 405, 501), None, SourceUnavailable, REQUEST_REFUSED, "the server does not take this request"),
)
"""Statuses (empty: any), codes (None: any), and what they mean; the first row that fits."""
_POLICY = re.compile(r"odata is disabled|\[raop\]|accesspolicy", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not 2xx. `code` in lower case, "" when there is none; `request_id` is what support asks for."""

    status: int
    headers: Mapping[str, str]
    code: str
    message: str
    request_id: str

    @property
    def stale(self) -> bool:
        """Whether the server no longer knows where we had stopped reading."""
        return self.status == 410 or self.code in _STALE


def read_refusal(status: int, headers: Mapping[str, str], content: bytes) -> Refusal:
    """From an answer, whatever is in it: bodies may be HTML, empty or of another service."""
    error: object = None
    try:
        data = json.loads(content or b"null")
        error = data.get("error") if isinstance(data, dict) else None
    except (ValueError, RecursionError):
        error = None
    known = error if isinstance(error, dict) else {}
    inner = known.get("innerError")
    inner = inner if isinstance(inner, dict) else {}
    request_id = headers.get("request-id") or inner.get("request-id") or inner.get("requestId") or ""
    return Refusal(
        status,
        headers,
        word_of(known.get("code")).lower(),
        str(known.get("message") or "")[:500],
        word_of(request_id),
    )


def is_gone(error: SourceError) -> bool:
    """Whether an item, asked for by its id, is not there; the mailbox is."""
    return error.hints.get("response") in _GONE


def problem_of(refusal: Refusal, host: str, now: datetime, *, consented: bool = False) -> SourceError:
    """Our error. `consented`: the token shows a tenant-wide permission, so a refusal is a policy's."""
    problem = _problem(refusal, host, now, consented=consented)
    return problem.hinting(response=refusal.code, request_id=refusal.request_id)


def _problem(refusal: Refusal, host: str, now: datetime, *, consented: bool) -> SourceError:
    words = (
        f"{host}: HTTP {refusal.status} {refusal.code}".rstrip(),
        refusal.request_id and f"request {refusal.request_id}",
    )
    where = ", ".join(word for word in words if word)
    if refusal.stale:
        return SyncTokenInvalid("calendar.sync_token_invalid", f"{where}: the sync state is not known")
    if refusal.status in (423, 429, 503, 509) or refusal.code in _THROTTLED:
        wait = retry_after(refusal.headers, now)
        return SourceThrottled("calendar.throttled", f"{where}: the server asks us to wait", wait)
    if refusal.status == 403 and refusal.code not in _NOT_IN_CLOUD:
        return _denied(refusal, where, consented=consented)
    for statuses, codes, kind, code, says in _TABLE:
        if (not statuses or refusal.status in statuses) and (codes is None or refusal.code in codes):
            return kind(code, f"{where}: {says}")
    if refusal.code or (refusal.status >= 500 and refusal.status != 511):
        return SourceUnavailable("calendar.server_error", f"{where}: the server could not do it")
    return SourceUnavailable("calendar.not_graph", f"{where}: not how Microsoft Graph answers; check the endpoint")


def _denied(refusal: Refusal, where: str, *, consented: bool) -> SourceError:
    if refusal.code == "authorization_requestdenied":
        return AccessDenied("calendar.app_role_missing", f"{where}: the app lacks the role for this")
    if _POLICY.search(refusal.message) or (refusal.code and consented):
        return AccessDenied("calendar.mailbox_out_of_scope", f"{where}: a policy keeps the app out of this mailbox")
    if refusal.code:
        return AccessDenied("calendar.graph_access_denied", f"{where}: the app may not read this room's calendar")
    return SourceUnavailable("calendar.not_graph", f"{where}: refused on the way, not by Microsoft Graph")


def word_of(value: object) -> str:
    """A code or an id as it goes into messages: letters, digits and hyphens only; "" for what is none."""
    return re.sub(r"[^\w.-]", "", value)[:64] if isinstance(value, str) else ""
