"""Calendar items as the control page's list shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent import wire
from agent.demo.invitations import Delivery, Service
from agent.demo.world import Booking, Item, Kind
from agent.model.event import ItemId, Response, Sensitivity

_TO_PATH = str.maketrans("+/", "-_")
_FROM_PATH = str.maketrans("-_", "+/")

_SIGNS: tuple[tuple[Service, str], ...] = (
    (Service.TEAMS, "teams.microsoft.com"),
    (Service.ZOOM, "zoom.us"),
    (Service.WEBEX, "webex.com"),
    (Service.MEET, "meet.google.com"),
    (Service.SKYPE, "Join Skype Meeting"),
)
_SAFE_LINKS = "safelinks.protection.outlook.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """One line of the list.

    `id` and `series_id` (of occurrences) go into the paths of actions. `kind`: single, occurrence or exception.
    `start` and `end` are instants; of all-day ones those of the room's midnights. `service` and `delivery` are values
    of the enums of those names. `version` changes with every change of the item. `own`: the room booked itself.
    """

    id: str
    series_id: str | None
    kind: str
    version: str
    subject: str
    organizer: str
    start: str
    end: str
    all_day: bool
    private: bool
    tentative: bool
    own: bool
    cancelled: bool
    service: str
    delivery: str


def rows(items: Iterable[Item]) -> list[MeetingRow]:
    """The list's lines, all-day ones first, then by start."""
    ordered = sorted(items, key=lambda item: (not item.booking.all_day, item.booking.start, item.booking.end))
    return [_row(item) for item in ordered]


def path_id(item_id: ItemId) -> str:
    """The id as it stands in a path: `/` and `+` replaced."""
    return item_id.translate(_TO_PATH)


def item_id(in_path: str) -> ItemId:
    """The item's id again."""
    return ItemId(in_path.translate(_FROM_PATH))


def _row(item: Item) -> MeetingRow:
    booking = item.booking
    return MeetingRow(
        id=path_id(item.item_id),
        series_id=None if item.master_id is None else path_id(item.master_id),
        kind=_KINDS[item.kind],
        version=item.change_key,
        subject=booking.subject,
        organizer=booking.organizer_name or booking.organizer_address,
        start=wire.instant(booking.start),
        end=wire.instant(booking.end),
        all_day=booking.all_day,
        private=booking.sensitivity is not Sensitivity.NORMAL,
        own=booking.response is Response.ORGANIZER,
        tentative=booking.response is Response.TENTATIVE,
        cancelled=booking.cancelled,
        service=service_of(booking),
        delivery=_delivery_of(booking),
    )


_KINDS = {
    Kind.SINGLE: "single",
    Kind.OCCURRENCE: "occurrence",
    Kind.EXCEPTION: "exception",
    Kind.MASTER: "series",
}


def service_of(booking: Booking) -> Service:
    """The service an invitation of ours is for. The product's thorough reading is not used, on purpose."""
    if "OnlineMeetingExternalLink" in booking.properties:
        return Service.SKYPE
    return next((service for service, sign in _SIGNS if sign in booking.body_html), Service.NONE)


def _delivery_of(booking: Booking) -> Delivery:
    if booking.is_online_meeting and not booking.body_html and not booking.properties:
        return Delivery.BODY_DELETED
    return Delivery.SAFE_LINKS if _SAFE_LINKS in booking.body_html else Delivery.INTACT
