"""Response messages: one success or failure for each thing a request asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError, SoapFault, from_world
from agent.demo.exchange.names import Child, Element, m

# What the schema wants in a response message even when it is an error.
_EMPTY = {"GetItem": "Items", "CreateItem": "Items", "UpdateItem": "Items", "GetFolder": "Folders"}
# Operations whose answer is a response message itself instead of a list of them.
_BARE = frozenset({"GetRoomLists", "GetRooms"})

T = TypeVar("T")


def answer(operation: str, *messages: Element) -> Element:
    return m(f"{operation}Response", m("ResponseMessages", *messages))


def success(operation: str, *content: Child) -> Element:
    return m(f"{operation}ResponseMessage", m("ResponseCode", "NoError"), *content, ResponseClass="Success")


def warning(operation: str, code: EwsError, *content: Child) -> Element:
    return _message(f"{operation}ResponseMessage", "Warning", code, content)


def failure(operation: str, error: EwsError, *content: Child) -> Element:
    """One response message of class Error; what the schema wants beside it is added."""
    if not content and operation in _EMPTY:
        content = (m(_EMPTY[operation]),)
    return _message(f"{operation}ResponseMessage", "Error", error, content)


def whole_failure(operation: str, error: EwsError) -> Element:
    """The answer of an operation that failed as a whole, in the operation's own shape."""
    if operation in _BARE:
        return _message(f"{operation}Response", "Error", error, ())
    return answer(operation, failure(operation, error))


def each(operation: str, things: Iterable[T], do: Callable[[T], Element]) -> Element:
    """Answer for a batch: what `do` returns for each thing, or its error inline, in the order asked."""
    messages = []
    for thing in things:
        try:
            messages.append(do(thing))
        except SoapFault:
            raise
        except EwsError as error:
            messages.append(failure(operation, error))
        except w.WorldError as error:
            messages.append(failure(operation, from_world(error)))
    return answer(operation, *messages)


def _message(tag: str, response_class: str, error: EwsError, content: Iterable[Child]) -> Element:
    details = m("MessageXml", *error.details) if error.details else None
    return m(
        tag,
        m("MessageText", error.text),
        m("ResponseCode", error.code),
        m("DescriptiveLinkKey", "0"),
        details,
        *content,
        ResponseClass=response_class,
    )
