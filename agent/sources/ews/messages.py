"""Response messages and faults, read a little more patiently than exchangelib does."""

from __future__ import annotations

from typing import Any

from exchangelib.errors import ErrorNonPrimarySmtpAddress, ErrorServerBusy, MalformedResponseError
from exchangelib.services.common import EWSService
from lxml import etree

from agent.sources.ews.soap import MESSAGES, TYPES


class PatientService(EWSService):  # type: ignore[misc]  # exchangelib has no annotations
    """Takes what the schema lets servers leave out or indent, and finds the wish to wait wherever it stands."""

    def _get_element_container(self, message: etree._Element, name: str | None = None) -> Any:
        """As the library's, but blanks around the code do not matter, and no code means no error."""
        code = message.find(f"{MESSAGES}ResponseCode")
        if code is not None:
            code.text = (code.text or "").strip()
        if message.get("ResponseClass", "Success") == "Success" and (code is None or code.text == "NoError"):
            container = message if name is None else message.find(name)
            if container is None:
                raise MalformedResponseError(f"no {name}")
            return container
        try:
            answer = super()._get_element_container(message=message, name=name)
        except ErrorServerBusy as error:
            error.back_off = error.back_off or _back_off_s(message)
            raise
        except ErrorNonPrimarySmtpAddress as error:
            error.primary = _value(message, "Primary")
            raise
        if isinstance(answer, ErrorServerBusy):
            answer.back_off = answer.back_off or _back_off_s(message)
        return answer

    @classmethod
    def _raise_soap_errors(cls, fault: etree._Element) -> None:
        """As the library's, but the code may stand in `faultcode` alone, with its prefix."""
        code = fault.find("faultcode")
        if code is not None and code.text:
            code.text = code.text.rpartition(":")[2].strip()
        try:
            super()._raise_soap_errors(fault)
        except ErrorServerBusy as error:
            error.back_off = error.back_off or _back_off_s(fault)
            raise
        except ErrorNonPrimarySmtpAddress as error:
            error.primary = _value(fault, "Primary")
            raise


def _back_off_s(element: etree._Element) -> float | None:
    """Seconds from `t:Value Name="BackOffMilliseconds"`, wherever in the message; None without a sensible one."""
    text = _value(element, "BackOffMilliseconds")
    return int(text[:12]) / 1000 if text.isdecimal() else None


def _value(element: etree._Element, name: str) -> str:
    """The text of a `t:Value` with this name, wherever in the message; "" when there is none."""
    values = (value.text or "" for value in element.iter(f"{TYPES}Value") if value.get("Name") == name)
    return next((text.strip() for text in values if text.strip()), "")
