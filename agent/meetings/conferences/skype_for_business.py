"""Skype for Business and Lync. Source: join-providers.md 2.2."""

from __future__ import annotations

from collections.abc import Mapping

from agent.meetings.conferences.conference import Conference, Means, Place, Role, SelfHosted
from agent.meetings.conferences.route import WORD, route
from agent.meetings.conferences.teams import MICROSOFT_READING
from agent.meetings.urls import Url

_KEY = r"(?-i:[A-Z0-9]{8})"
_DOMAIN = r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}"


def _is_simple_url_host(host: str) -> bool:
    """`meet.<sip-domain>`: the only hosts whose bare `/<user>/<KEY>` says enough."""
    return host.startswith(("meet.", "join.", "lync.", "skype.", "sfb."))


def _meeting_id(url: Url, _captures: Mapping[str, str]) -> str:
    return url.segments[-1]


SKYPE_FOR_BUSINESS = Conference(
    slug="skype-for-business",
    name="Skype for Business",
    places=(
        Place(
            ("meet.lync.com", "meet.partner.lync.cn"),
            (route("/{tenant}/{user}/{id}", id=r"\w{6,12}"), route("/{user}/{id}", id=_KEY)),
        ),
    ),
    self_hosted=(
        SelfHosted((route("/{user}/{id}", user=WORD, id=_KEY),), suits=_is_simple_url_host),
        SelfHosted(
            (
                route("/meet/{user}/{id}", user=WORD, id=_KEY),
                route("/{domain}/meet/{user}/{id}", domain=_DOMAIN, user=WORD, id=_KEY),
                route("/{domain}/{user}/{id}", domain=_DOMAIN, user=WORD, id=_KEY),
            ),
        ),
    ),
    meeting_id=_meeting_id,
    worse=frozenset({"sl"}),
    reading=((Means.MEETING, Role.PHONE_CODE), *MICROSOFT_READING),
    phones_use_id=False,
    framed=True,
    built_in=True,
)
