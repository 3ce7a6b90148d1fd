"""What the room's browser opens for a meeting, and how it sees that the meeting was left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agent.meetings import urls
from agent.meetings.conferences.conference import Conference
from agent.meetings.web_clients import steps_of
from agent.model.join import JoinInfo

_NAME = 80
"""Characters of a room's name that a conference shows."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`url`: of the page, made from parsed parts; `host`: its host. `left`: patterns of host and path, lower case, `*`
    for anything: where the page goes when the meeting was left; empty when that is not known. `steps`: help before
    joining, and signs on the page that it was left, as `web_clients` tells them."""

    url: str
    host: str
    left: tuple[str, ...]
    steps: tuple[dict[str, Any], ...] = ()


def opening(join: JoinInfo, room: str, conferences: Iterable[Conference]) -> Opening | None:
    """The page of the service's web client, with the room's name where the address can carry it. None without a link.

    The stored link stays as it is: what is added here belongs to the moment of opening."""
    url = urls.parse(join.url) if join.url is not None else None
    if url is None:
        return None
    service = next((one for one in conferences if _is_of(one, join, url.host)), None)
    page = service.kiosk(url, room[:_NAME]) if service is not None and service.kiosk is not None else url
    if service is None:
        return Opening(str(page), page.host, ())
    return Opening(str(page), page.host, service.left, steps_of(service.slug, page.host))


def _is_of(conference: Conference, join: JoinInfo, host: str) -> bool:
    """Of several entries of a service the one that has this host, or that has none of its own."""
    return conference.slug == join.provider and (
        not join.known_host or any(_covers(pattern, host) for place in conference.places for pattern in place.hosts)
    )


def _covers(pattern: str, host: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
