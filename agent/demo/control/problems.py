"""Refusals as `application/problem+json` (RFC 9457): stable `code`, `title` and `detail` for people."""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.responses import Response

from agent.demo.control.texts import texts
from agent.demo.world import (
    InvalidBooking,
    ItemNotFound,
    MalformedId,
    NotAnswerable,
    OccurrenceCrossing,
    OutOfDate,
    UnknownMailbox,
    WorldError,
)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served. Its texts are `problem.<code>.title` and `.detail`."""

    status: int
    code: str


UNKNOWN_HOST = Refusal(421, "host.unknown")
FOREIGN_REQUEST = Refusal(403, "origin.foreign")
STALE_TOKEN = Refusal(403, "token.stale")
NOT_JSON = Refusal(415, "media_type.not_json")
TOO_LARGE = Refusal(413, "body.too_large")
UNKNOWN_PATH = Refusal(404, "path.unknown")
WRONG_METHOD = Refusal(405, "method.not_allowed")
INVALID = Refusal(422, "request.invalid")
UNKNOWN_MEETING = Refusal(404, "meeting.unknown")

_OF_WORLD: tuple[tuple[type[WorldError], Refusal], ...] = (
    (ItemNotFound, UNKNOWN_MEETING),
    (MalformedId, UNKNOWN_MEETING),
    (UnknownMailbox, Refusal(404, "mailbox.unknown")),
    (OutOfDate, Refusal(409, "message.out_of_date")),
    (NotAnswerable, Refusal(409, "message.not_answerable")),
    (OccurrenceCrossing, Refusal(409, "meeting.crosses_neighbour")),
    (InvalidBooking, Refusal(422, "meeting.invalid")),
)


def refusal_of(error: WorldError) -> Refusal:
    """How the API says what the demo organisation cannot do."""
    return next((refusal for kind, refusal in _OF_WORLD if isinstance(error, kind)), INVALID)


def problem(refusal: Refusal, detail: str = "") -> Response:
    """The answer that says so; `detail` instead of the standing sentence."""
    sentences = texts()
    body = {
        "type": "about:blank",
        "title": sentences[f"problem.{refusal.code}.title"],
        "status": refusal.status,
        "code": refusal.code,
        "detail": detail or sentences[f"problem.{refusal.code}.detail"],
    }
    return Response(json.dumps(body), refusal.status, media_type=MEDIA_TYPE)
