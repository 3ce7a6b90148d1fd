"""Who can mend what. Pure."""

from __future__ import annotations

from agent.model.failures import STORAGE, class_of

TECHNICIAN, EXCHANGE_ADMIN, NETWORK, NOBODY = "technician", "exchange-admin", "network", "nobody"
DISPLAY = "display"
_BY_CLASS = {
    "auth": EXCHANGE_ADMIN,
    "denied": EXCHANGE_ADMIN,
    "notfound": EXCHANGE_ADMIN,
    "server": EXCHANGE_ADMIN,
    "network": NETWORK,
    "tls": NETWORK,
    "protocol": NETWORK,
    "throttled": NOBODY,
}
_BY_CODE = {
    "calendar.certificate_unusable": TECHNICIAN,
    "calendar.hung": TECHNICIAN,
    "calendar.internal": TECHNICIAN,
    "calendar.secret_missing": TECHNICIAN,
    "calendar.sign_in_needed": TECHNICIAN,
    "calendar.stale": NETWORK,
    "calendar.suddenly_empty": NOBODY,
    "calendar.failed_over": EXCHANGE_ADMIN,
    "calendar.second_owner": TECHNICIAN,
    "write.denied": EXCHANGE_ADMIN,
    "write.waiting": NETWORK,
    "requests.automatic": EXCHANGE_ADMIN,
    "requests.denied": EXCHANGE_ADMIN,
    "clock.not_synchronized": NETWORK,
    "clock.skewed": NETWORK,
    "display.address_blocked": NETWORK,
    "display.meeting_unreachable": NETWORK,
    "expiry.app_certificate": EXCHANGE_ADMIN,
    "expiry.client_secret": EXCHANGE_ADMIN,
    "expiry.ews": EXCHANGE_ADMIN,
    "expiry.server_certificate": EXCHANGE_ADMIN,
    "updates.reboot_required": NOBODY,
    "updates.security": NOBODY,
}


def who_helps(code: str) -> str:
    """technician, exchange-admin, network, or nobody where it mends itself."""
    known = _BY_CODE.get(code.removesuffix("_over"))
    return known or _BY_CLASS.get(class_of_check(code), TECHNICIAN)


def class_of_check(code: str) -> str:
    """The class of fault whose general cure helps."""
    if code.startswith("display."):
        return DISPLAY
    return STORAGE if code.startswith("store.") else class_of(code)
