"""`room-agent join-info` for people: how an invitation is joined, why that way, and why not the other ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.meetings.candidates import Candidate, Material, Rejected, Source
from agent.meetings.case_format import Trusts, is_trusted, trusts_nobody
from agent.meetings.choose import best_link, ranked
from agent.meetings.cures import cure_of
from agent.meetings.extract import Extractor, extract
from agent.meetings.opening import opening
from agent.meetings.reading import read_invitation
from agent.meetings.same_meeting import Group
from agent.model.event import Invitation
from agent.model.join import JoinInfo, JoinOutcome
from agent.texts import words

_MOST = 50
"""Meetings and refused links that a report lists."""

_LINKS = 5
"""Links of one meeting that it lists."""

_WIDE = 18

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom: `trusts` decides about hosts of no known service; `room` is the name that others see."""

    extractor: Extractor = extract
    trusts: Trusts = trusts_nobody
    room: str = ""
    mailbox: str = ""
    language: str = "en"


def join_info_report(name: str, content: bytes, write: Write, asked: Asked | None = None) -> int:
    """A report about one invitation: the content of a file named `name` (see `read_invitation`). Returns the exit
    status, 0 also when nothing can be joined. Raises `UsageError`."""
    asked = asked or Asked()
    invitation = read_invitation(name, content)
    outcome, material = asked.extractor.explain(invitation)
    for line in _Report(asked).lines(outcome, material):
        write(line + "\n")
    return 0


def because(invitation: Invitation, asked: Asked) -> tuple[JoinOutcome, str]:
    """How an invitation is joined, and one sentence: why that way, or why not."""
    outcome, material = asked.extractor.explain(invitation)
    texts = words("join_report", asked.language)
    if outcome.reason is not None:
        return outcome, cure_of(outcome.reason, asked.language, asked.mailbox).title
    taken = next((group for group in ranked(material) if _leads_to(group, outcome.join)), None)
    return outcome, texts[_because(taken) if taken is not None else "why_no_link"]


class _Report:
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._texts = words("join_report", asked.language)

    def lines(self, outcome: JoinOutcome, material: Material) -> Iterator[str]:
        groups = ranked(material)
        taken = next((one for one in groups if _leads_to(one, outcome.join)), None)
        yield from self._outcome(outcome, taken)
        yield from self._others([group for group in groups if group is not taken])
        yield from self._rejected(material.rejected)

    def _outcome(self, outcome: JoinOutcome, taken: Group | None) -> Iterator[str]:
        join, say = outcome.join, self._say
        if join is not None:
            yield say("can", service=join.provider_name)
            yield from self._ways(join)
            yield from self._row("why", say(_because(taken)) if taken is not None else say("why_no_link"))
        elif outcome.reason is not None:
            cure = cure_of(outcome.reason, self._asked.language, self._asked.mailbox)
            yield say("cannot", title=f"{cure.title} ({outcome.reason.value})")
            yield "  " + say("cure", detail=cure.detail)
            if cure.command is not None:
                yield "  " + say("command", command=_shown(cure.command))

    def _ways(self, join: JoinInfo) -> Iterator[str]:
        opened = opening(join, self._asked.room, self._asked.extractor.conferences)
        rows = (
            ("url", join.url),
            ("opens", opened.url if opened is not None and opened.url != join.url else None),
            ("meeting_id", join.meeting_id),
            ("passcode", join.passcode),
            ("sip", join.sip),
            ("sip_direct", join.sip_direct),
            ("h323", join.h323),
            *(("phone", self._phone(one.number, one.conference_id)) for one in join.dial_in),
            ("trusted", self._trusted(join)),
        )
        for key, value in rows:
            if value:
                yield from self._row(key, value)

    def _phone(self, number: str, code: str | None) -> str:
        return self._say("phone_value", number=number, code=code) if code else number

    def _trusted(self, join: JoinInfo) -> str | None:
        host = urlsplit(join.url).hostname if join.url is not None else None
        known = is_trusted(join, self._asked.trusts)
        return self._say("trusted_yes" if known else "trusted_no", host=host) if host else None

    def _others(self, groups: list[Group]) -> Iterator[str]:
        if groups:
            yield ""
            yield self._say("others")
        for place, group in enumerate(groups[:_MOST], 1):
            yield f"  {place}. {_shown(group[0].meeting.conference.name)}: {self._say(_because(group))}"
            for one in group[:_LINKS]:
                yield f"     {self._say(f'place_{one.source.name.lower()}')}: {_shown(str(one.meeting.url))}"
        yield from self._more(len(groups))

    def _rejected(self, links: tuple[Rejected, ...]) -> Iterator[str]:
        if links:
            yield ""
            yield self._say("links")
        for one in links[:_MOST]:
            yield f"  {_shown(one.target)}"
            yield f"     {self._say(_why_not(one), wrapper=one.detail)}"
        yield from self._more(len(links))

    def _more(self, count: int) -> Iterator[str]:
        if count > _MOST:
            yield "  " + self._say("more", count=count - _MOST)

    def _row(self, key: str, value: str) -> Iterator[str]:
        yield f"  {self._say(key) + ':':{_WIDE}} {_shown(value)}"

    def _say(self, key: str, **values: object) -> str:
        return self._texts[key].format_map(values)


def _leads_to(group: Group, join: JoinInfo | None) -> bool:
    return join is not None and join.url == str(best_link(group).meeting.url)


def _because(group: Group) -> str:
    first: Candidate = group[0]
    pasted = first.source is Source.CURRENT and not first.meeting.conference.built_in
    return "because_pasted" if pasted else f"because_{first.source.name.lower()}"


def _why_not(one: Rejected) -> str:
    if one.reason != "unknown":
        return f"not_{one.reason}"
    return "not_instructions" if one.instructions is not None else "not_page" if one.known_host else "not_unknown"


def _shown(text: str) -> str:
    """Foreign text for a terminal: one line, no control characters, not endless."""
    kept = "".join(letter if letter.isprintable() else "?" for letter in text[:300])
    return kept + ("…" if len(text) > 300 else "")
