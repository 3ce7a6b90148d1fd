"""Subscribe, Unsubscribe and GetEvents; the stream itself is in `exchange.streaming`."""

from __future__ import annotations

from datetime import timedelta

from agent.demo.exchange.callers import Call, folder_of
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import Element, boolean, local, m, mt, t
from agent.demo.exchange.responses import answer, success


def subscribe(call: Call) -> Element:
    request = next(iter(call.element), None)
    if request is None or local(request) not in ("PullSubscriptionRequest", "StreamingSubscriptionRequest"):
        raise EwsError("ErrorInvalidSubscriptionRequest", "Push subscriptions are not offered.")
    ids = request.find(mt("t:FolderIds"))
    if ids is None or len(ids) == 0:
        raise EwsError("ErrorInvalidSubscriptionRequest", "A folder must be named.")
    types = frozenset(e.text or "" for e in request.iterfind(mt("t:EventTypes/t:EventType")))
    folders = tuple(folder_of(call, each) for each in ids)
    if local(request) == "StreamingSubscriptionRequest":
        opened = call.subscriptions.open(folders, types, None)
        return answer("Subscribe", success("Subscribe", m("SubscriptionId", opened.subscription_id)))
    minutes = request.findtext(mt("t:Timeout")) or ""
    if not minutes.isdecimal() or not 1 <= int(minutes) <= 1440:
        raise schema_violation("The element 'Timeout' must be 1 to 1440 minutes.")
    opened = call.subscriptions.open(folders, types, timedelta(minutes=int(minutes)))
    parts = (m("SubscriptionId", opened.subscription_id), m("Watermark", opened.watermark))
    return answer("Subscribe", success("Subscribe", *parts))


def unsubscribe(call: Call) -> Element:
    call.subscriptions.close(call.element.findtext(mt("m:SubscriptionId")) or "")
    return answer("Unsubscribe", success("Unsubscribe"))


def get_events(call: Call) -> Element:
    """Events since the watermark, which must be the last one given out."""
    found = call.subscriptions.get(call.element.findtext(mt("m:SubscriptionId")) or "", streaming=False)
    before = found.watermark
    if call.element.findtext(mt("m:Watermark")) != before:
        raise EwsError("ErrorInvalidWatermark")
    events = list(found.events(found.pending(), watermarks=True))
    status = [] if events else [t("StatusEvent", t("Watermark", found.watermark))]
    notification = m(
        "Notification",
        t("SubscriptionId", found.subscription_id),
        t("PreviousWatermark", before),
        t("MoreEvents", boolean(False)),
        *events,
        *status,
    )
    return answer("GetEvents", success("GetEvents", notification))
