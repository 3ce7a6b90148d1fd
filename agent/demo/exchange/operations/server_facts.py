"""What a client asks to learn about the server: ConvertId (exchangelib guesses the version with it) and time zones."""

from __future__ import annotations

from agent.demo.exchange.callers import Call
from agent.demo.exchange.errors import EwsError
from agent.demo.exchange.names import Element, m, mt, t
from agent.demo.exchange.responses import answer, each, success
from agent.demo.exchange.zones import WINDOWS_TO_IANA


def convert_id(call: Call) -> Element:
    """Ids are never converted: the version in the header is what the client is after."""

    def one(_: Element) -> Element:
        raise EwsError("ErrorInvalidIdMalformed")

    return each("ConvertId", list(call.element.iterfind(mt("m:SourceIds/*"))), one)


def get_server_time_zones(call: Call) -> Element:
    wanted = [element.text or "" for element in call.element.iterfind(mt("m:Ids/t:Id"))]
    names = [name for name in WINDOWS_TO_IANA if not wanted or name in wanted]
    zones = [t("TimeZoneDefinition", Id=name, Name=name) for name in names]
    return answer("GetServerTimeZones", success("GetServerTimeZones", m("TimeZoneDefinitions", *zones)))
