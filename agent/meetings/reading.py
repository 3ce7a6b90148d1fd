"""An invitation out of a file: a case, a mail, a body."""

from __future__ import annotations

import email
import email.policy
from email.message import MIMEPart

from agent.errors import UsageError
from agent.meetings.case_format import BadLine, read_case
from agent.model.event import Invitation


def read_invitation(name: str, content: bytes) -> Invitation:
    """The invitation in a file, by its name's ending: .json (the join case format), .eml (a mail), anything else a body
    (HTML or text). Raises `UsageError` when a .json file holds no case."""
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
