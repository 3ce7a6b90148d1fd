"""Where the set-up is: which steps are done, which one is next, and what an answer makes outdated. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.setup.to_config import PIN
from agent.wire.setup import SETUP_STEPS, SetupStep

SETUP, SETTINGS, MANAGED = "setup", "settings", "managed"
ACCOUNT, ROOM = "account", "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How answers did in a preflight of this scope. `account`: what they were then, by `account_hash`."""

    scope: str
    account: str
    mailbox: str
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Answers that are not in effect yet. `step`: where the technician is. `submitted`: steps that were answered.
    `marks`: secrets given, by key path; a mark names the staged file and is another one for each new secret."""

    mode: str = SETUP
    step: str = SETUP_STEPS[0]
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    submitted: frozenset[str] = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()

    @property
    def source(self) -> str:
        """The calendar's source; empty before it was chosen."""
        return str(self.answers.get("calendar", {}).get("source", ""))

    @property
    def mailbox(self) -> str:
        """The room that was chosen last; may be empty."""
        room, account = self.answers.get("room", {}), self.answers.get("account", {})
        return str(room.get("mailbox") or account.get("mailbox") or "")

    @property
    def language(self) -> str:
        return str(self.answers.get("language", {}).get("language", ""))


def account_hash(draft: Draft) -> str:
    """Stands for all that another sign-in or another way to the server is made of."""
    account = {name: value for name, value in draft.answers.get("account", {}).items()
               if name not in ("mailbox", "client_secret_expires")}  # fmt: skip
    parts = (
        draft.answers.get("network", {}),
        draft.source,
        account,
        {key: mark for key, mark in draft.marks.items() if key != PIN},
    )
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def scope_of(draft: Draft) -> str:
    """How far a preflight of these answers has to go."""
    return ROOM if draft.mailbox else ACCOUNT


def passed(draft: Draft, scope: str) -> bool:
    """Whether the answers, as they are now, have passed a preflight of at least this scope."""
    if draft.source == "demo":
        return True
    now = account_hash(draft)
    return any(
        each.ok and each.account == now and (scope == ACCOUNT or (each.scope == ROOM and each.mailbox == draft.mailbox))
        for each in draft.verdicts
    )


def checked(draft: Draft) -> str:
    """`never`, `passed`, `failed` or `outdated`, as in the wire contract."""
    if passed(draft, scope_of(draft)):
        return "passed"
    now = account_hash(draft)
    current = [
        each for each in draft.verdicts
        if each.account == now and each.scope == scope_of(draft) and each.mailbox in ("", draft.mailbox)
    ]  # fmt: skip
    if current:
        return "failed"
    return "outdated" if draft.verdicts else "never"


def is_done(draft: Draft, step: str) -> bool:
    """Whether a step needs nothing more. The demo needs neither account nor preflight nor room."""
    if step == "summary":
        return False
    if draft.source == "demo" and step in ("account", "preflight", "room"):
        return True
    if step == "preflight":
        return step in draft.submitted and passed(draft, ACCOUNT)
    if step == "room":
        return step in draft.submitted and bool(draft.mailbox) and passed(draft, ROOM)
    return step in draft.submitted


def reachable(draft: Draft, step: str) -> bool:
    """Whether everything before a step is done."""
    return all(is_done(draft, each) for each in SETUP_STEPS[: SETUP_STEPS.index(step)])


def current(draft: Draft) -> str:
    """Where the technician is; an earlier step, where something outdated makes that one unreachable."""
    if reachable(draft, draft.step):
        return draft.step
    return next(step for step in SETUP_STEPS if not is_done(draft, step))


def steps(draft: Draft) -> list[SetupStep]:
    """All steps in their order: the current one, those that are done, those to come."""
    here = current(draft)
    states = {step: "current" if step == here else "done" if is_done(draft, step) else "open" for step in SETUP_STEPS}
    return [SetupStep(id=step, state=state) for step, state in states.items()]


def answered(draft: Draft, step: str, values: Mapping[str, Any], marks: Mapping[str, str]) -> Draft:
    """The draft with a step's good answers, one step further where that one is done.

    Another source forgets the account of the one before, another mailbox for the account the room that was picked.
    """
    answers = {**draft.answers, step: values}
    submitted, kept = draft.submitted | {step}, {**draft.marks, **marks}
    if step == "calendar" and draft.source != values["source"]:
        answers = {name: given for name, given in answers.items() if name not in ("account", "room")}
        submitted -= {"account", "preflight", "room"}
        kept = {key: mark for key, mark in kept.items() if not key.startswith("calendar.")}
    before = draft.answers.get("account", {}).get("mailbox")
    if step == "account" and values.get("mailbox") and values["mailbox"] != before and "room" in answers:
        answers["room"] = {**answers["room"], "mailbox": values["mailbox"]}
    fresh = replace(draft, answers=answers, submitted=submitted, marks=kept, step=step)
    return replace(fresh, step=_after(fresh, step))


def _after(draft: Draft, step: str) -> str:
    if not is_done(draft, step):
        return step
    later = SETUP_STEPS[SETUP_STEPS.index(step) + 1 :]
    return next(each for each in later if not (draft.source == "demo" and each in ("account", "preflight", "room")))


def judged(draft: Draft, verdict: Verdict) -> Draft:
    """The draft with what a preflight said; the last one of each scope counts."""
    others = tuple(each for each in draft.verdicts if each.scope != verdict.scope)
    return replace(draft, verdicts=(*others, verdict))


def in_effect(answers: Mapping[str, Mapping[str, Any]]) -> Draft:
    """What the settings page begins with: everything answered, and proven by being in effect."""
    draft = Draft(mode=SETTINGS, answers=answers, submitted=frozenset(SETUP_STEPS) - {"summary"})
    return judged(draft, Verdict(scope=ROOM, account=account_hash(draft), mailbox=draft.mailbox, ok=True))


def complete(draft: Draft) -> bool:
    """Whether nothing but the activation is missing."""
    return reachable(draft, "summary")
