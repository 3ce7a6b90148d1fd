"""Sentences about the display's problems, for the screen. Pure."""

from __future__ import annotations

from agent import wire
from agent.state.display import DisplayFacts, Trouble
from agent.texts import catalogue, say

SILENT = "display.silent"
TROUBLE = "display.trouble"
INFO = frozenset(
    {
        "display.address_blocked",
        "display.dialog_answered",
        "display.download_blocked",
        "display.events_lost",
        "display.other_host",
        "display.player_died",
        "display.player_hung",
        "display.popup_blocked",
    }
)
"""What nobody has to do anything about; all else needs a person."""
QUIET = frozenset({"display.sleep_unavailable"})
"""What only the status document says: nothing that the people in the room could notice."""
MOST_NOTICES = 20
_FAMILY = "display."
_NOBODY = "–"


def severity_of(code: str) -> str:
    """How much it matters: "info" or "warning"."""
    return "info" if code in INFO | QUIET else "warning"


def sentences(language: str, code: str, part: str = "") -> tuple[str, str]:
    """Title and detail for a code of the display. A code nobody wrote about is named in a sentence for all of them;
    codes of other families are no display's to use."""
    known = code if code.startswith(_FAMILY) and code in catalogue("en") else TROUBLE
    values = {"problem": code, "part": part or _NOBODY}
    return say(language, known, **values), say(language, known, "detail", **values)


def problem_of(code: str, language: str, part: str = "") -> wire.Problem:
    """Why an order failed, in words."""
    title, detail = sentences(language, code, part)
    return wire.Problem(code=code, title=title, detail=detail)


def notices(facts: DisplayFacts, language: str) -> list[wire.Notice]:
    """What the screen says of the display: what needs a person first, and never more than people read."""
    silent = [Trouble(SILENT, "", facts.silent_since)] if facts.silent_since is not None else []
    said = [each for each in facts.troubles if each.code not in QUIET]
    urgent_first = sorted((*silent, *said), key=lambda each: each.code in INFO)
    return [_notice(each, language) for each in urgent_first[:MOST_NOTICES]]


def _notice(trouble: Trouble, language: str) -> wire.Notice:
    title, detail = sentences(language, trouble.code, trouble.part)
    severity, since = severity_of(trouble.code), wire.instant(trouble.since)
    return wire.Notice(code=trouble.code, severity=severity, title=title, detail=detail, since=since)
