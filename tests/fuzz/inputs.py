"""A fuzzer's bytes as an invitation, and back. Readable, so that a kept input can be looked at: fields between record
separators (U+001E), in the order of `_FIELDS`; then properties, each a name, an equals sign and a text."""

from __future__ import annotations

from agent.model.event import Invitation

_SEPARATOR = "\x1e"
_FIELDS = ("body_type", "subject", "location", "body")


def invitation_of(data: bytes) -> Invitation:
    """Any bytes make one; what is no UTF-8 becomes lone surrogates, which hostile JSON can carry too."""
    parts = data.decode("utf-8", "surrogateescape").split(_SEPARATOR)
    kind, subject, location, body = (*parts[:4], *[""] * (4 - len(parts)))
    named = (part.partition("=") for part in parts[4:12])
    return Invitation(
        subject=subject or None,
        location=location or None,
        body=body or None,
        body_type=kind[:8],
        properties={name: True if value == "true" else value for name, _, value in named},
    )


def data_of(invitation: Invitation) -> bytes:
    properties = (
        f"{name}={'true' if value is True else value}" for name, value in invitation.properties.items() if value
    )
    texts = (invitation.body_type, invitation.subject or "", invitation.location or "", invitation.body or "")
    return _SEPARATOR.join((*texts, *properties)).encode("utf-8", "surrogateescape")
