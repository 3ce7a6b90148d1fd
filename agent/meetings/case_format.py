"""The join case format, `join-info --jsonl`: one JSON object per line in, one per line out. Source: the README of the
join case data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.model.event import Invitation
from agent.model.join import JoinInfo, JoinOutcome

LONGEST_LINE = 64 * 1024 * 1024
"""Characters of a line that are read as JSON at all."""

Trusts = Callable[[str], bool]
"""Whether a host name (lower case) is one the administrator named."""

Write = Callable[[str], None]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class BadLine(ValueError):
    """A line is no case; the message says why, without its content."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of input. `id` is given back as it came."""

    id: Json
    invitation: Invitation


def read_case(line: str) -> Case:
    """Parse one line. Members of other types than expected count as absent. Raises `BadLine`."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"line is longer than {LONGEST_LINE} characters")
    if not line.strip():
        raise BadLine("line is empty; expected one JSON object")
    if any("\ud800" <= letter <= "\udfff" for letter in line) if not line.isascii() else False:
        raise BadLine("line is not valid UTF-8")
    try:
        value: Json = json.loads(line)
    except RecursionError:
        raise BadLine("JSON is nested too deeply") from None
    except ValueError as error:
        where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadLine(f"not valid JSON{where}") from None
    if not isinstance(value, dict):
        raise BadLine("expected a JSON object")
    return Case(value.get("id"), invitation_of(value))


def invitation_of(value: Mapping[str, Json]) -> Invitation:
    """The invitation in a case's members; what has another type than expected is left out."""

    def text(name: str) -> str | None:
        member = value.get(name)
        return member if isinstance(member, str) else None

    properties = value.get("properties")
    return Invitation(
        subject=text("subject"),
        location=text("location"),
        body=text("body"),
        body_type=text("body_type") or "text",
        properties={
            name: member
            for name, member in (properties if isinstance(properties, dict) else {}).items()
            if member is None or isinstance(member, str | bool)
        },
    )


def trusts_nobody(_host: str) -> bool:
    """No host besides the known ones."""
    return False


def is_trusted(join: JoinInfo, trusts: Trusts) -> bool:
    """Whether the link leads to a host of a known service, or to one that `trusts` accepts."""
    return join.known_host or (join.url is not None and trusts(urlsplit(join.url).hostname or ""))


def result(case_id: Json, outcome: JoinOutcome, trusts: Trusts = trusts_nobody) -> dict[str, Json]:
    """One line of output, all keys present. `trusts`: what decides `trusted` for hosts of no known service."""
    join = outcome.join
    return {
        "id": case_id,
        "joinable": join is not None,
        **(_fields(join, trusts) if join is not None else _NOTHING),
        "alternatives": [_fields(one, trusts) for one in join.alternatives] if join is not None else [],
        "no_join_reason": outcome.reason.value if outcome.reason is not None else None,
    }


def join_info_jsonl(
    lines: Iterable[str], write: Write, extractor: Callable[[Invitation], JoinOutcome], trusts: Trusts = trusts_nobody
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


def failure(reason: str) -> dict[str, Json]:
    """The output line of a bad input line."""
    return {"id": None, "joinable": False, "error": reason}


def _fields(join: JoinInfo, trusts: Trusts) -> dict[str, Json]:
    return {
        "provider": join.provider,
        "url": join.url,
        "meeting_id": join.meeting_id,
        "passcode": join.passcode,
        "sip": join.sip,
        "h323": join.h323,
        "dial_in": [{"number": one.number, "conference_id": one.conference_id} for one in join.dial_in],
        "trusted": is_trusted(join, trusts),
        "sip_direct": join.sip_direct,
    }


_NOTHING: dict[str, Json] = {
    "provider": None,
    "url": None,
    "meeting_id": None,
    "passcode": None,
    "sip": None,
    "h323": None,
    "dial_in": [],
    "trusted": None,
    "sip_direct": None,
}
