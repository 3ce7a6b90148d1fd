"""Restrictions and sort orders over messages: what FindItem asks of a folder of mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import Element, boolean, local, mt
from agent.demo.exchange.shape import ExtendedName
from agent.model.event import Response

_CLASSES = {w.MailKind.REQUEST: "Request", w.MailKind.CANCELLATION: "Canceled"}
_ANSWERS = {Response.ACCEPTED: "Pos", Response.TENTATIVE: "Tent", Response.DECLINED: "Neg"}
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "IsEqualTo": lambda mine, wanted: mine == wanted,
    "IsNotEqualTo": lambda mine, wanted: mine != wanted,
    "IsGreaterThan": lambda mine, wanted: mine > wanted,
    "IsGreaterThanOrEqualTo": lambda mine, wanted: mine >= wanted,
    "IsLessThan": lambda mine, wanted: mine < wanted,
    "IsLessThanOrEqualTo": lambda mine, wanted: mine <= wanted,
}
_TRUTHS = {"1": "true", "0": "false"}
_CONTAINS: Mapping[str, Callable[[str, str], bool]] = {
    "FullString": lambda mine, wanted: mine == wanted,
    "Prefixed": str.startswith,
    "Substring": str.__contains__,
}


def item_class(item: w.MailItem) -> str:
    """Such as IPM.Schedule.Meeting.Request."""
    if item.kind is w.MailKind.NOTE:
        return "IPM.Note"
    if item.kind is w.MailKind.RESPONSE:
        return f"IPM.Schedule.Meeting.Resp.{_ANSWERS[item.answer]}"
    return f"IPM.Schedule.Meeting.{_CLASSES[item.kind]}"


def extended_key(name: ExtendedName) -> str:
    """What a message keeps an extended property under, whatever the order of the attributes that name it."""
    return ";".join(f"{attribute}={value.lower()}" for attribute, value in sorted(name.attributes))


def selected(request: Element, items: Sequence[w.MailItem]) -> list[w.MailItem]:
    """Those the request's Restriction lets through, in its SortOrder. Raises `EwsError`."""
    tests = list(request.iterfind(mt("m:Restriction/*")))
    found = [item for item in items if all(_holds(test, item) for test in tests)]
    for order in reversed(list(request.iterfind(mt("m:SortOrder/t:FieldOrder")))):
        found.sort(key=_sorting(order[0]), reverse=order.get("Order") == "Descending")
    return found


def _holds(test: Element, item: w.MailItem) -> bool:
    match name := local(test):
        case "And":
            return all(_holds(each, item) for each in test)
        case "Or":
            return any(_holds(each, item) for each in test)
        case "Not":
            return not _holds(test[0], item)
        case "Exists":
            return _value(test[0], item) is not None
        case "Contains":
            compare = _CONTAINS.get(test.get("ContainmentMode") or "FullString")
            wanted = test.find(mt("t:Constant"))
        case _:
            compare = _TESTS.get(name)
            wanted = test.find(mt("t:FieldURIOrConstant/t:Constant"))
    if compare is None or wanted is None:
        raise EwsError("ErrorUnsupportedPathForQuery")
    mine = _value(test[0], item)
    return mine is not None and compare(*(_comparable(value) for value in (mine, wanted.get("Value") or "")))


def _value(path: Element, item: w.MailItem) -> str | None:
    if local(path) == "ExtendedFieldURI":
        return item.properties.get(extended_key(ExtendedName.read(path)))
    field = _FIELDS.get(path.get("FieldURI") or "")
    if field is None:
        raise EwsError("ErrorUnsupportedPathForQuery")
    return field(item)


def _sorting(path: Element) -> Callable[[w.MailItem], tuple[str, int]]:
    if local(path) != "FieldURI":
        raise schema_violation("Messages are sorted by a FieldURI.")
    return lambda item: (_comparable(_value(path, item) or ""), item.number)


def _comparable(value: str) -> str:
    """Case does not count, and instants and truth values are compared as such, however they are written."""
    if value in _TRUTHS:
        return _TRUTHS[value]
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value.lower()
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


_FIELDS: Mapping[str, Callable[[w.MailItem], str]] = {
    "item:ItemClass": item_class,
    "item:Subject": lambda item: item.subject,
    "item:DateTimeReceived": lambda item: item.received.isoformat(),
    "item:DateTimeSent": lambda item: item.received.isoformat(),
    "item:DateTimeCreated": lambda item: item.received.isoformat(),
    "meeting:IsOutOfDate": lambda item: boolean(item.out_of_date),
    "calendar:UID": lambda item: "" if item.meeting is None else item.meeting.uid,
}
