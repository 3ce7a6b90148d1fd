"""What follows from what: a code whose cause is there as well needs no attention of its own. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_DISK = ("disk.read_only", "disk.low")
_CLOCK = ("clock.not_synchronized", "clock.skewed")
_BROWSER = ("display.browser_missing", "display.home_loop", "display.home_missing", "display.silent")
CAUSES: Mapping[str, tuple[str, ...]] = {
    "calendar.tls": ("expiry.server_certificate_over", *_CLOCK),
    "calendar.certificate_refused": ("expiry.app_certificate_over", *_CLOCK),
    "calendar.secret_expired": ("expiry.client_secret_over",),
    "calendar.sign_in_failed": ("expiry.client_secret_over",),
    "calendar.token_refused": _CLOCK,
    "calendar.ews_blocked": ("expiry.ews_over",),
    "calendar.failed_over": ("expiry.ews_over",),
    "clock.skewed": ("clock.not_synchronized",),
    "page.silent": _BROWSER,
    "page.lagging": _BROWSER,
    "page.mismatch": _BROWSER,
    "store.full": _DISK,
    "store.unavailable": _DISK,
    "updates.failed": _DISK,
}
"""Causes by what they lead to, the likeliest first."""


def cause_of(code: str, present: Collection[str]) -> str:
    """The code at the root of this one among those that are present: itself where nothing explains it."""
    for cause in CAUSES.get(code, ()):
        if cause in present:
            return cause_of(cause, present)
    return code
