"""Which properties a request asks for."""

from __future__ import annotations

from dataclasses import dataclass

from agent.demo import world as w
from agent.demo.exchange.errors import schema_violation
from agent.demo.exchange.names import Element, local, mt, t

PUBLIC_STRINGS = "00020329-0000-0000-c000-000000000046"
_BASES = ("IdOnly", "Default", "AllProperties", "PcxPeopleSearch")


@dataclass(frozen=True, slots=True)
class ExtendedName:
    """A named property as asked for; `uri()` echoes the same form."""

    attributes: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, element: Element) -> ExtendedName:
        return cls(tuple((str(name), str(value)) for name, value in element.attrib.items()))

    @property
    def public_string(self) -> str | None:
        """The name, when this is a string property of the set PublicStrings; None for all others: we hold none."""
        given = dict(self.attributes)
        in_set = (
            given.get("DistinguishedPropertySetId") == "PublicStrings"
            or given.get("PropertySetId", "").strip("{}").lower() == PUBLIC_STRINGS
        )
        return given.get("PropertyName") if in_set and given.get("PropertyType") == "String" else None

    @property
    def mark(self) -> str | None:
        """Set and name, "set/name", when this is a string property of a set other than PublicStrings."""
        given = dict(self.attributes)
        owner = given.get("DistinguishedPropertySetId") or given.get("PropertySetId", "").strip("{}").lower()
        name = given.get("PropertyName")
        known = owner and name and given.get("PropertyType") == "String"
        return f"{owner}/{name}" if known and self.public_string is None else None

    def value(self, booking: w.Booking) -> str | None:
        """What the booking has under this name."""
        if self.public_string is not None:
            return booking.properties.get(self.public_string)
        return None if self.mark is None else booking.marks.get(self.mark)

    def uri(self) -> Element:
        return t("ExtendedFieldURI", **dict(self.attributes))


@dataclass(frozen=True, slots=True)
class Shape:
    """`fields` are FieldURIs asked for beyond the base shape; `body_type` is Best, HTML or Text."""

    base: str
    fields: frozenset[str] = frozenset()
    extended: tuple[ExtendedName, ...] = ()
    body_type: str = "Best"


def read_shape(request: Element, tag: str = "m:ItemShape") -> Shape:
    """Raises `SoapFault` when the shape is missing or not one the schema knows."""
    element = request.find(mt(tag))
    base = None if element is None else element.findtext(mt("t:BaseShape"))
    if element is None or base not in _BASES:
        raise schema_violation(f"The element '{tag.removeprefix('m:')}' needs a known BaseShape.")
    fields, extended = set(), []
    for path in element.iterfind(mt("t:AdditionalProperties/*")):
        if local(path) == "FieldURI":
            fields.add(path.get("FieldURI") or "")
        elif local(path) == "ExtendedFieldURI":
            extended.append(ExtendedName.read(path))
    body_type = element.findtext(mt("t:BodyType")) or "Best"
    return Shape(base, frozenset(fields), tuple(extended), body_type)
