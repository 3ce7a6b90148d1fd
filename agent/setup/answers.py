"""The draft in memory and on disk: answers are judged, their secrets staged, and both kept before anybody is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from agent.errors import CommandError
from agent.ports import Clock
from agent.setup import certificate, flow, pin
from agent.setup.draft import DraftStore
from agent.setup.effect import InEffect
from agent.setup.fields import FieldProblem
from agent.setup.flow import SETTINGS, SETUP, Draft, Verdict
from agent.setup.steps import validate
from agent.setup.to_config import PIN, SIGN_IN, key_of
from agent.wire.setup import SETUP_STEPS, SetupCertificate, SetupCheck

_KEPT_NAMES = {
    "network.proxy_credentials": "network.proxy_password",
    "calendar.ews.password": "account.password",
    "calendar.ews.client_secret": "account.client_secret",
    "calendar.ews.certificate": "account.certificate",
    "calendar.graph.client_secret": "account.client_secret",
    "calendar.graph.certificate": "account.certificate",
    SIGN_IN: "account.sign_in",
    PIN: "policies.pin",
}
"""What the wire calls a secret, by its key path."""
_IDENTITY = ("endpoint", "authority", "cloud", "auth", "username", "tenant_id", "client_id")


class Invalid(Exception):
    """Answers that are not good, field by field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("setup.invalid")
        self.problems = problems


class Answers:
    """One draft. Methods that change it are called one at a time. `checks`: what its last preflight found."""

    def __init__(self, effect: InEffect, store: DraftStore, clock: Clock, pin_cost: pin.Cost = pin.FULL) -> None:
        self._effect = effect
        self._clock = clock
        self._pin_cost = pin_cost
        self.store = store
        self.draft = Draft()
        self.checks: Sequence[SetupCheck] = ()

    @property
    def language(self) -> str:
        """The language of sentences for people."""
        return self.draft.language or self._effect.config.room.language

    def begin(self) -> None:
        """Take up the draft there is. One of another time is discarded: what was activated is no draft any more, and
        the settings begin with what is in effect. Blocking."""
        in_setup = self._effect.mode == SETUP
        kept = self.store.load() if in_setup else None
        if kept is not None and kept[0].mode == SETUP:
            self.draft, self.checks = kept
            return
        self.store.discard()
        self.draft = Draft() if in_setup else flow.in_effect(self._effect.answers())
        self.checks = ()

    async def submit(self, step: str, raw: Mapping[str, object]) -> None:
        """Answer a step. Raises Invalid, or CommandError where it is not its turn yet."""
        self._reachable(step)
        draft = self.draft
        if step == "preflight" and not flow.passed(draft, flow.scope_of(draft)):
            raise CommandError("setup.not_checked", "These answers have not passed their checks yet.", 409)
        in_effect = self._effect.answers().get(step, {}) if self._effect.mode == SETTINGS else {}
        previous = draft.answers.get(step) or in_effect
        kept = self._not_needed_again(step, in_effect, {**in_effect, **previous, **raw})
        answer = validate(step, raw, source=draft.source, previous=previous, kept=kept)
        if isinstance(answer, list):
            raise Invalid([self._needed_again(step, each) for each in answer])
        marks = await self._staged(step, answer.values, answer.secrets)
        await self.save(flow.answered(draft, step, answer.values, marks))

    async def back(self, step: str) -> None:
        """Go to a step that was reached before."""
        self._reachable(step)
        await self.save(replace(self.draft, step=step))

    async def judge(self, verdict: Verdict, checks: Sequence[SetupCheck]) -> None:
        """Keep what a preflight found."""
        self.checks = tuple(checks)
        await self.save(flow.judged(self.draft, verdict))

    async def mark(self, key: str, mark: str) -> None:
        """A staged secret belongs to the draft from now on."""
        await self.save(replace(self.draft, marks={**self.draft.marks, key: mark}))

    async def save(self, draft: Draft) -> None:
        """The draft, on disk when this returns."""
        await asyncio.to_thread(self.store.save, draft, list(self.checks))
        self.draft = draft

    def kept(self) -> list[str]:
        """Secrets that are there, by their names on the wire."""
        mine = (self.draft.source, "proxy_credentials", "admin_pin")
        names = {key: name for key, name in _KEPT_NAMES.items() if key.split(".")[1] in mine}
        return sorted(name for key, name in names.items() if self._has(key))

    async def make_certificate(self) -> None:
        """A new key and certificate for the app registration; the key stays here."""
        source = self.draft.source
        if source not in ("ews", "graph"):
            raise CommandError("setup.step_closed", "Say first where the calendar is.", 409)
        key = f"calendar.{source}.certificate"
        content = await asyncio.to_thread(certificate.made, self.draft.mailbox or "box", self._clock.now())
        await self.mark(key, await asyncio.to_thread(self.store.stage, key, content))

    def certificate(self) -> SetupCertificate:
        """The public part of the one there is. Raises CommandError."""
        key = f"calendar.{self.draft.source}.certificate"
        mark = self.draft.marks.get(key)
        content = self.store.path(key, mark).read_bytes() if mark else self._effect.content(key)
        found = certificate.public_part(content) if content else None
        if found is None:
            raise CommandError("setup.certificate_missing", "This box has no certificate yet; have one made.", 404)
        return found

    def _reachable(self, step: str) -> None:
        """The wizard has an order; the settings are changed one by one."""
        if step not in SETUP_STEPS or not (self.draft.mode == SETTINGS or flow.reachable(self.draft, step)):
            raise CommandError("setup.step_closed", "An earlier step has to be done first.", 409)

    async def _staged(self, step: str, values: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
        """Secrets given anew, on disk; their marks. The PIN only as its hash."""
        contents: dict[str, bytes] = {}
        if step == "account":
            contents |= await asyncio.to_thread(self._authority, values)
            self._certified(values)
        for key, text in secrets.items():
            hashed = partial(pin.hashed, text, self._pin_cost)
            contents[key] = await asyncio.to_thread(hashed) if key == PIN else f"{text}\n".encode()
        return {key: await asyncio.to_thread(self.store.stage, key, content) for key, content in contents.items()}

    def _authority(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        """The certificates of the organisation's own authority, where they are other ones than before."""
        key, text = f"calendar.{self.draft.source}.ca", str(values.get("ca", ""))
        if text and not certificate.is_chain(text):
            raise Invalid([FieldProblem("ca", "setup.pem_wrong")])
        same = text == self.draft.answers.get("account", {}).get("ca") and self._has(key)
        return {} if same or not text else {key: text.encode()}

    def _certified(self, values: Mapping[str, Any]) -> None:
        field = "method" if self.draft.source == "ews" else "auth"
        if values.get(field) == "certificate" and not self._has(f"calendar.{self.draft.source}.certificate"):
            raise Invalid([FieldProblem(field, "setup.certificate_missing")])

    def _has(self, key: str) -> bool:
        return key in self.draft.marks or self._effect.has(key)

    def _not_needed_again(self, step: str, in_effect: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
        """Secrets that need not be given again. One in effect stays only for the server and account it was given for,
        and for authorities that were trusted then: whoever has the PIN cannot have it sent elsewhere, whatever answers
        they give in between."""
        names = {"account": _IDENTITY, "network": ("proxy",)}.get(step, ())
        other = any(given.get(name) != in_effect.get(name) for name in names)
        if other or (step == "account" and _vouches_anew(given, in_effect)):
            return [*self.draft.marks]
        return [key for key in _KEPT_NAMES if self._has(key)]

    def _needed_again(self, step: str, problem: FieldProblem) -> FieldProblem:
        """A secret that is missing although one is there: why that one does not do."""
        key = key_of(step, problem.field, self.draft.source)
        known = problem.code == "setup.field_missing" and key in _KEPT_NAMES and self._has(key)
        return FieldProblem(problem.field, "setup.secret_again") if known else problem


def _vouches_anew(given: Mapping[str, Any], in_effect: Mapping[str, Any]) -> bool:
    """Whether servers can be proven by certificates that prove none now."""
    now, then = ("".join(str(each.get("ca", "")).split()) for each in (given, in_effect))
    return now not in ("", then)
