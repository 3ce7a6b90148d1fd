"""Help before joining, as data: for each service a file in `conferences/web_clients` says what its web client asks
before a meeting, and how its page shows that the meeting was left.

A file: `sources`, public descriptions of the page; `hosts`, patterns where help may act, none for a service that runs
on anybody's hosts: then only the one that was opened; `steps` and `left`, as `display/prejoin` reads them; `like`,
instead of these two, another service with the same client. Microphone and camera stay as the service has them: a room's
are on.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from agent.meetings import conferences

_SLUG = re.compile(r"[a-z0-9-]{1,40}")


def steps_of(slug: str, host: str) -> tuple[dict[str, Any], ...]:
    """The steps for a meeting of the service at `host`, each with the hosts it may act on; signs of having left are
    steps too, with `do` "left". Empty where nothing is known of the service, or the host is not one of its own."""
    known = client(slug)
    hosts = known.get("hosts") or [host]
    if not known or not any(_covers(pattern, host) for pattern in hosts):
        return ()
    signs = [{**sign, "do": "left"} for sign in known["left"]]
    return tuple({**step, "hosts": list(hosts)} for step in [*known["steps"], *signs])


@cache
def client(slug: str) -> dict[str, Any]:
    """What is known of a service's web client; empty when nothing is."""
    place = files(conferences) / "web_clients" / f"{slug}.json"
    if not _SLUG.fullmatch(slug) or not place.is_file():
        return {}
    known: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return {**client(known["like"]), **known} if "like" in known else known


def _covers(pattern: str, host: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
