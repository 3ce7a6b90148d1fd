"""From what an organizer typed to HTML, through the templates beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from agent.demo.invitations.ids import Ids
from agent.model.directory import Mailbox

Language = Literal["en", "ja"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the organizer typed.

    `start` is aware, in the zone the invitation prints. `seed` makes the invented numbers. `language` is "en" or "ja":
    Teams writes its block in the organizer's. `classic` asks Teams for its layout of 2024.
    """

    subject: str
    organizer: Mailbox
    start: datetime
    seed: str
    language: Language = "en"
    classic: bool = False

    def ids(self) -> Ids:
        """A new stream of the invitation's own identifiers, always the same ones."""
        return Ids(f"{self.seed}\n{self.organizer.address}")


def render(template: str, draft: Draft, **values: object) -> str:
    """The template as HTML, everything the organizer typed escaped."""
    when = f"{draft.start:%b} {draft.start.day}, {draft.start:%Y %I:%M %p} {draft.start:%Z}"
    return _templates().get_template(template).render(draft=draft, organizer=draft.organizer, when=when, **values)


@cache
def _templates() -> Environment:
    loader = PackageLoader("agent.demo.invitations")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
