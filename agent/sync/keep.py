"""What is kept of an invitation: policy first, then how to join. Pure.

A private meeting is masked here, before anything is stored: its subject and people never reach the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.model.event import Fetched, Invitation, Occurrence
from agent.model.join import JoinOutcome, NoJoinReason
from agent.model.sync import Entry

CONTENT_VERSION = "2"
"""Raised when more of an item is kept than before: what is stored is then read once again."""
TEXT_MAX = 1_000
"""Characters of a subject or a name that anybody could read on a screen; no more is stored."""


def to_entry(fetched: Fetched, extract: Callable[[Invitation], JoinOutcome], *, private_join: bool) -> Entry:
    """The entry to store for an item with its invitation."""
    item = _storable(fetched.occurrence)
    if not item.private:
        return Entry(item, extract(fetched.invitation))
    masked = replace(item, subject=None, organizer=None, organizer_address=None)
    if not private_join:
        return Entry(masked, JoinOutcome(join=None, reason=NoJoinReason.PRIVATE))
    return Entry(masked, extract(fetched.invitation))


def scope_of(mailbox: str, source: str, extractor_version: str, *, private_join: bool) -> str:
    """What a token and stored content depend on. Another scope: everything is read again."""
    private = "join" if private_join else "mask"
    return "|".join((mailbox.strip().lower(), source, extractor_version, private, CONTENT_VERSION))


def _storable(item: Occurrence) -> Occurrence:
    """Texts bounded, and valid Unicode: lone surrogates come out of JSON, even in a UID, and cannot be stored."""
    return replace(
        item,
        key=replace(item.key, uid=_valid(item.key.uid)),
        subject=_bounded(item.subject),
        organizer=_bounded(item.organizer),
        organizer_address=_bounded(item.organizer_address),
    )


def _bounded(text: str | None) -> str | None:
    return None if text is None else _valid(text[:TEXT_MAX])


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
