"""Does the agent serve as it did before? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PAGE, STORE = "page:rendered", "store:integrity"


@dataclass(frozen=True, slots=True)
class Health:
    """What the agent says of itself; `page` and `store` are the codes of the two checks."""

    ready: bool
    page: str = ""
    store: str = ""


NONE = Health(ready=False)


def read(ready: bool, status: Any) -> Health:
    """Of the answers of /readyz and /api/v1/status."""
    return Health(ready, _code(status, PAGE), _code(status, STORE))


def _code(status: Any, key: str) -> str:
    try:
        code = status["checks"][key][0]["code"]
    except (KeyError, IndexError, TypeError):
        return ""
    return code if isinstance(code, str) else ""


def why_worse(before: Health, after: Health) -> str | None:
    """None when the new version serves; else a code. What was wrong before the upgrade is not its fault."""
    if not after.ready:
        return "agent.not_ready"
    if after.store not in (before.store, "store.ok"):
        return after.store or "store.unknown"  # a failed migration, or a calendar that was begun anew
    if before.page == "page.ok" and after.page != "page.ok":
        return after.page or "page.unknown"
    return None
