"""A join outcome as JSON in the database.

Readers ignore keys they do not know; what they cannot read counts as not yet read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from agent.model.join import DialIn, JoinInfo, JoinOutcome, NoJoinReason

UNREADABLE = JoinOutcome(join=None, reason=NoJoinReason.NOT_YET_SYNCED)


def dump(outcome: JoinOutcome, created: datetime | None = None) -> str:
    """ASCII JSON: also text that is no valid Unicode survives. `created`, when the item was, stands in it as well: a
    column of its own would keep a file whose migration failed from being served."""
    join = None if outcome.join is None else asdict(outcome.join)
    made = {} if created is None else {"created": created.isoformat()}
    return json.dumps({"join": join, "reason": outcome.reason, **made}, separators=(",", ":"))


def load(text: str) -> JoinOutcome:
    """The outcome `dump` wrote; `UNREADABLE` when another version's cannot be understood."""
    try:
        data = json.loads(text)
        if data["join"] is not None:
            return JoinOutcome(join=_join(data["join"]), reason=None)
        return JoinOutcome(join=None, reason=NoJoinReason(data["reason"]))
    except (ValueError, KeyError, TypeError):
        return UNREADABLE


def created_in(text: str) -> datetime | None:
    """When the item was created, aware; None when that was not known."""
    try:
        created = datetime.fromisoformat(json.loads(text)["created"])
    except (ValueError, KeyError, TypeError):
        return None
    return created if created.tzinfo is not None else None


def _join(data: Mapping[str, Any]) -> JoinInfo:
    return JoinInfo(
        provider=data["provider"],
        provider_name=data["provider_name"],
        url=data.get("url"),
        meeting_id=data.get("meeting_id"),
        passcode=data.get("passcode"),
        sip=data.get("sip"),
        sip_direct=data.get("sip_direct"),
        h323=data.get("h323"),
        dial_in=tuple(DialIn(each["number"], each.get("conference_id")) for each in data.get("dial_in", ())),
        known_host=data.get("known_host", False),
        alternatives=tuple(_join(each) for each in data.get("alternatives", ())),
    )
