"""From an address to the meeting behind it: strict host, allow-listed path, rebuilt address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from agent.meetings import urls
from agent.meetings.conferences.conference import Conference, Place, SelfHosted
from agent.meetings.conferences.route import Route
from agent.meetings.hosts import HostIndex
from agent.meetings.urls import Url

_BRANDS = ("zoom", "microsoft", "webex", "google", "teams", "gotomeeting", "bluejeans", "ringcentral")
_ALIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "-": None, "_": None})


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an address says. `identity` is equal for two addresses of one meeting; `rank` orders them, best first.
    `alias`: the virtual room's address in it, which can be dialled."""

    conference: Conference
    url: Url
    identity: str
    meeting_id: str | None
    passcode: str | None
    alias: str | None
    known_host: bool
    rank: int


@dataclass(frozen=True, slots=True, order=True)
class _Shape:
    """A path on unknown hosts; sorts by place in the table."""

    order: int
    conference: Conference = field(compare=False)
    condition: SelfHosted = field(compare=False)
    route: Route = field(compare=False)


class Recogniser:
    """A table of services, made ready for look-up."""

    def __init__(self, conferences: Iterable[Conference]) -> None:
        self._conferences = tuple(conferences)
        self._by_scheme = {scheme: one for one in self._conferences for scheme in one.schemes}
        self._places: HostIndex[tuple[Conference, Place]] = HostIndex(
            (pattern, (one, place)) for one in self._conferences for place in one.places for pattern in place.hosts
        )
        self._shapes: dict[tuple[int, str | None], list[_Shape]] = {}
        shapes = (
            (one, shape, route) for one in self._conferences for shape in one.self_hosted for route in shape.routes
        )
        for order, (one, shape, route) in enumerate(shapes):
            self._shapes.setdefault((len(route.segments), route.first), []).append(_Shape(order, one, shape, route))
        self.words = tuple(one for one in self._conferences if one.words)
        self.sip_domains: HostIndex[Conference] = HostIndex(
            (one.sip_domain, one) for one in self._conferences if one.sip_domain
        )

    def knows(self, host: str) -> bool:
        """Whether this host belongs to a service of the table."""
        return bool(self._places.find(host))

    def recognise(self, url: Url, text: str) -> Meeting | None:
        """The meeting, or None when this is no join link. `text`: what surrounds it; some self-hosted services
        are recognised by their words only."""
        if url.scheme not in urls.WEB and url.scheme:
            native = self._by_scheme.get(url.scheme)
            rewritten = native.rewrite(url) if native is not None and native.rewrite is not None else None
            return self.recognise(rewritten, text) if rewritten is not None and rewritten.scheme == "https" else None
        places = self._places.find(url.host)
        if not places:
            return self._self_hosted(url, text) if url.scheme == "https" else None
        url = url.secured()
        for conference, place in places:
            target = (conference.rewrite(url) if conference.rewrite is not None else None) or url
            if target.host != url.host:
                continue
            for route in place.routes:
                captures = route.match(target)
                if captures is not None:
                    return _meeting(conference, target, captures, known_host=True)
        return None

    def _self_hosted(self, url: Url, text: str) -> Meeting | None:
        segments = url.segments
        count, first = len(segments), segments[0].lower() if segments else None
        shapes = self._shapes.get((count, None), []) + (self._shapes.get((count, first), []) if first else [])
        for shape in sorted(shapes):
            captures = shape.route.match(url)
            if captures is not None and _suits(shape.condition, url.host, text):
                return None if _pretends(url.host) else _meeting(shape.conference, url, captures, known_host=False)
        return None


def _meeting(conference: Conference, url: Url, captures: Mapping[str, str], *, known_host: bool) -> Meeting:
    find_id = conference.meeting_id or (lambda _url, found: found.get("id"))
    meeting_id = find_id(url, captures)
    own = conference.identity(url) if conference.identity is not None else None
    fallback = captures.get("key") or f"{url.host}{unquote(url.path).rstrip('/').lower()}"
    alias = unquote(captures.get("alias", "")).partition("&")[0]
    names = {pair.partition("=")[0].lower() for pair in (url.query or "").split("&")}
    return Meeting(
        conference=conference,
        url=url,
        identity=f"{conference.slug}:{own or meeting_id or fallback}",
        meeting_id=meeting_id,
        passcode=captures.get("passcode"),
        alias=alias if "@" in alias else None,
        known_host=known_host,
        rank=(0 if names & conference.tokens else 1) + (2 if names & conference.worse else 0),
    )


def _suits(shape: SelfHosted, host: str, text: str) -> bool:
    if shape.label is not None and not any(label.startswith(shape.label) for label in host.split(".")[:-1]):
        return False
    if shape.suits is not None and not shape.suits(host):
        return False
    return not shape.words or any(word in text.lower() for word in shape.words)


def _pretends(host: str) -> bool:
    """Whether an unknown host carries a brand's name, also one spelt with look-alike characters."""
    plain = host.translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return any(brand in host or brand in plain for brand in _BRANDS)
