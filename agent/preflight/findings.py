"""Findings in one line each, their values made fit for showing."""

from __future__ import annotations

from agent.model.preflight import Finding, Status, Who

LONGEST = 240
SKIPPED = "preflight.needs"


def shown(text: str, longest: int = LONGEST) -> str:
    """The printable part of a text from outside, at most so many characters."""
    printable = "".join(each for each in text[: 4 * longest] if each.isprintable())
    return printable if len(printable) <= longest else printable[: longest - 1] + "…"


def passed(code: str, **values: str) -> Finding:
    """Nothing to do."""
    return Finding(Status.PASS, code, _shown(values))


def warned(code: str, who: Who, **values: str) -> Finding:
    """It works, but not for ever or not well."""
    return Finding(Status.WARN, code, _shown(values), who)


def failed(code: str, who: Who, **values: str) -> Finding:
    """It does not work until `who` has done something."""
    return Finding(Status.FAIL, code, _shown(values), who)


def skipped(need: str) -> Finding:
    """Nothing can be said, because the step with this id did not pass."""
    return Finding(Status.SKIPPED, SKIPPED, {"step": need})


def _shown(values: dict[str, str]) -> dict[str, str]:
    return {name: shown(value) for name, value in values.items()}
