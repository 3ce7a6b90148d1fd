"""`room-agent join-info`: what the extractor makes of an invitation, for programs (JSON lines) and for people."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable, Iterable, Iterator
from email.message import MIMEPart

from agent.errors import UsageError
from agent.meetings.candidates import Candidate, Material, Rejected, Source
from agent.meetings.case_format import BadLine, Trusts, failure, is_trusted, read_case, result, trusts_nobody
from agent.meetings.choose import best_link, ranked
from agent.meetings.extract import Extractor, extract
from agent.model.event import Invitation
from agent.model.join import JoinInfo

_MOST = 50
"""Meetings and refused links that a report lists."""

Write = Callable[[str], None]


def join_info_jsonl(
    lines: Iterable[str], write: Write, extractor: Extractor = extract, trusts: Trusts = trusts_nobody
) -> int:
    """One output line for each input line, in order, handed to `write` (which flushes) at once. The exit status: 1 when
    any line was bad, else 0. Lines are read with undecodable bytes as surrogates (`errors="surrogateescape"`).
    `trusts`: the administrator's own hosts, besides those of known services."""
    status = 0
    for line in lines:
        try:
            case = read_case(line)
            answer = result(case.id, extractor(case.invitation), trusts)
        except BadLine as bad:
            answer = failure(str(bad))
            status = 1
        write(json.dumps(answer) + "\n")
    return status


def join_info_report(
    name: str, content: bytes, write: Write, extractor: Extractor = extract, trusts: Trusts = trusts_nobody
) -> int:
    """A report about one invitation: the content of a file named `name` (.json: the case format; .eml: a mail; anything
    else: a body, HTML or text). `trusts` as for `join_info_jsonl`. Returns the exit status, 0 also when nothing can be
    joined. Raises `UsageError`."""
    invitation = read_invitation(name, content)
    outcome, material = extractor.explain(invitation)
    for line in _report(outcome.join, outcome.reason, material, trusts):
        write(line + "\n")
    return 0


def read_invitation(name: str, content: bytes) -> Invitation:
    """The invitation in a file, by its name's ending. Raises `UsageError` when a .json file holds no case."""
    ending = name.lower().rpartition(".")[2]
    if ending == "eml":
        return _of_mail(content)
    text = content.decode("utf-8", "replace")
    if ending != "json":
        return Invitation(body=text, body_type="html" if ending in ("html", "htm") else "text")
    try:
        return read_case(text).invitation
    except BadLine as bad:
        raise UsageError(f"{name}: {bad}; give one object in the join case format", "join_info.bad_file") from bad


def _of_mail(content: bytes) -> Invitation:
    message = email.message_from_bytes(content, policy=email.policy.default)
    part = message.get_body(("html", "plain"))
    return Invitation(
        subject=str(message.get("Subject", "")) or None,
        body=_content(part) if part is not None else None,
        body_type="html" if part is not None and part.get_content_subtype() == "html" else "text",
    )


def _content(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _report(join: JoinInfo | None, reason: object, material: Material, trusts: Trusts) -> Iterator[str]:
    if join is None:
        yield f"Cannot be joined: {reason}"
    else:
        yield f"Join with {join.provider_name}{'' if is_trusted(join, trusts) else ' (host is not a known one)'}"
        yield from _join_lines(join)
    groups = ranked(material)
    url = join.url if join is not None else None
    if groups:
        yield ""
        yield "Meetings found, best first:"
        for place, group in enumerate(groups[:_MOST], 1):
            chosen = str(best_link(group).meeting.url) == url
            yield f"  {place}. {group[0].meeting.conference.name}, {_rule(group[0], chosen=chosen)}"
            yield from (f"     {_place(one)}: {_shown(str(one.meeting.url))}" for one in group[:5])
    if material.rejected:
        yield ""
        yield "Links that are not joined:"
        yield from (f"  {_shown(one.target)}: {_why_not(one)}" for one in material.rejected[:_MOST])


def _join_lines(join: JoinInfo) -> Iterator[str]:
    rows = (
        ("URL", join.url),
        ("Meeting ID", join.meeting_id),
        ("Passcode", join.passcode),
        ("SIP", join.sip),
        ("SIP, straight in", join.sip_direct),
        ("H.323", join.h323),
        *(("Phone", f"{one.number}, code {one.conference_id or 'none'}") for one in join.dial_in),
    )
    yield from (f"  {label + ':':18} {_shown(value)}" for label, value in rows if value)


def _place(one: Candidate) -> str:
    return _PLACES[one.source]


def _rule(one: Candidate, *, chosen: bool) -> str:
    because = _REASONS[one.source]
    if one.source is Source.CURRENT and not one.meeting.conference.built_in:
        because = "pasted into the body; what Outlook adds by itself steps back"
    return f"{'taken' if chosen else 'not taken'}: {because}"


def _why_not(one: Rejected) -> str:
    return {
        "refused": "not an address a browser is given (scheme, host or form)",
        "opaque": f"wrapped by {one.detail}, which only that service can decode",
    }.get(one.reason, "no join link of a known service")


def _shown(text: str) -> str:
    """Foreign text for a terminal: one line, no control characters, not endless."""
    kept = "".join(letter if letter.isprintable() else "?" for letter in text[:300])
    return kept + ("…" if len(text) > 300 else "")


_PLACES = {
    Source.LOCATION: "location",
    Source.PROPERTY: "property",
    Source.CURRENT: "body",
    Source.QUOTED: "quoted part of the body",
    Source.SUBJECT: "subject",
}
_REASONS = {
    Source.LOCATION: "the location is typed by the organiser",
    Source.PROPERTY: "a property is newer than the text",
    Source.CURRENT: "in the body, in document order, Teams before Skype for Business",
    Source.QUOTED: "older: in the quoted part",
    Source.SUBJECT: "only in the subject",
}
