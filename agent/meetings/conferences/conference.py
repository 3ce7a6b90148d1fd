"""What one conferencing service looks like in an invitation: the entry of the provider table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, auto

from agent.meetings.conferences.route import Route
from agent.meetings.urls import Url


class Means(Flag):
    """What a printed label may mean. A word can mean several things; the service decides (`Conference.reading`).

    VIDEO (the id for a room system) and HOST (a code for the organiser) fill no field; known, they are not mistaken.
    """

    MEETING = auto()
    PASSCODE = auto()
    PHONE = auto()
    ACCESS = auto()
    PIN = auto()
    VIDEO = auto()
    HOST = auto()


class Role(Enum):
    """Which field a labelled value fills."""

    MEETING_ID = auto()
    PASSCODE = auto()
    PHONE_CODE = auto()


Reading = tuple[tuple[Means, Role], ...]

READING: Reading = (
    (Means.MEETING, Role.MEETING_ID),
    (Means.PASSCODE, Role.PASSCODE),
    (Means.PHONE, Role.PHONE_CODE),
    (Means.ACCESS, Role.PHONE_CODE),
    (Means.PIN, Role.PASSCODE),
)
"""How most services use the words, first match first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Hosts of a service (patterns of `HostIndex`) with the paths that are join links there; all others are not."""

    hosts: tuple[str, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class SelfHosted:
    """Paths that are join links on any host. `label`: a label of the host name must begin with it. `words`: the text
    must contain one of them. `suits`: a further condition on the host."""

    routes: tuple[Route, ...]
    label: str | None = None
    words: tuple[str, ...] = ()
    suits: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """One service. Only `slug`, `name` and a place are needed; the rest says how it differs from the usual.

    places          its hosts and path grammar
    self_hosted     path shapes that are recognised on unknown hosts; such a result is not `known_host`
    rewrite         other forms of its links → the plain web link (launcher pages, native schemes); None: leave as is
    schemes         native schemes that `rewrite` understands
    identity        what two links to one meeting have in common, where path captures do not say it
    meeting_id      the id from captures, address; default: the capture `id`, digits only if `id_length` is given
    id_length       fewest and most digits of an id; None: ids are not numbers
    tokens          parameters that make the better of two links to the same meeting
    worse           parameters that make the worse one
    reading         how it uses label words
    phones_use_id   numbers without a code of their own take the meeting id
    words           its name in prose, lower case; with a labelled id they make an invitation without link. Empty: never
    framed          Outlook or the service puts the block between lines of underscores, dots or similar
    built_in        Outlook adds it by itself: a pasted invitation of another service wins
    two_links       one meeting has a link by number and one by key; only the text shows that they belong together
    sip_domain      an administrator's: addresses there belong to this service, and an id can be dialled there
    kiosk           the link and the room's name → the page that joins in a browser without asking for an app; None: the
                    link itself
    left            where the page goes when the meeting is left: patterns of host and path, lower case, in which `*`
                    stands for anything. Empty: not known, the browser stays on the page
    """

    slug: str
    name: str
    places: tuple[Place, ...] = ()
    self_hosted: tuple[SelfHosted, ...] = ()
    rewrite: Callable[[Url], Url | None] | None = None
    schemes: tuple[str, ...] = ()
    identity: Callable[[Url], str | None] | None = None
    meeting_id: Callable[[Url, Mapping[str, str]], str | None] | None = None
    id_length: tuple[int, int] | None = None
    tokens: frozenset[str] = frozenset({"pwd", "p", "pw"})
    worse: frozenset[str] = frozenset()
    reading: Reading = field(default=READING)
    phones_use_id: bool = True
    words: tuple[str, ...] = ()
    framed: bool = False
    built_in: bool = False
    two_links: bool = False
    sip_domain: str | None = None
    kiosk: Callable[[Url, str], Url] | None = None
    left: tuple[str, ...] = ()


def simple(slug: str, name: str, hosts: str, *routes: Route, id_length: tuple[int, int] | None = None) -> Conference:
    """A service that is nothing but hosts (separated by spaces) and paths."""
    return Conference(slug=slug, name=name, places=(Place(tuple(hosts.split()), routes),), id_length=id_length)
