"""Classes of what can go wrong with a calendar, for metrics and for who is asked to help."""

from __future__ import annotations

CLASS_OF: dict[str, str] = {
    "ok": "ok",
    "calendar.sign_in_failed": "auth",
    "calendar.password_expired": "auth",
    "calendar.account_disabled": "auth",
    "calendar.account_locked": "auth",
    "calendar.secret_expired": "auth",
    "calendar.secret_missing": "auth",
    "calendar.auth_not_offered": "auth",
    "calendar.impersonation_denied": "denied",
    "calendar.access_denied": "denied",
    "calendar.ews_blocked": "denied",
    "calendar.mailbox_not_found": "notfound",
    "calendar.non_primary_address": "notfound",
    "calendar.throttled": "throttled",
    "calendar.server_error": "server",
    "calendar.unreachable": "network",
    "calendar.timeout": "network",
    "calendar.server_timeout": "server",
    "calendar.hung": "network",
    "calendar.ntlm_broken": "network",
    "calendar.proxy": "network",
    "calendar.token_service_unreachable": "network",
    "calendar.tls": "tls",
    "calendar.not_exchange": "protocol",
    "calendar.wrong_answer": "protocol",
    "calendar.answer_too_large": "protocol",
    "calendar.app_unknown": "auth",
    "calendar.app_disabled": "auth",
    "calendar.tenant_unknown": "auth",
    "calendar.certificate_refused": "auth",
    "calendar.certificate_unusable": "auth",
    "calendar.wrong_cloud": "auth",
    "calendar.conditional_access": "auth",
    "calendar.consent_missing": "auth",
    "calendar.public_client": "auth",
    "calendar.sign_in_needed": "auth",
    "calendar.token_refused": "auth",
    "calendar.graph_access_denied": "denied",
    "calendar.mailbox_out_of_scope": "denied",
    "calendar.app_role_missing": "denied",
    "calendar.mailbox_not_in_cloud": "notfound",
    "calendar.not_graph": "protocol",
    "calendar.request_refused": "protocol",
}
OTHER, STORAGE = "other", "storage"
CLASSES = (*dict.fromkeys(CLASS_OF.values()), STORAGE, OTHER)


def class_of(code: str) -> str:
    """The class of a stable code."""
    return CLASS_OF.get(code, STORAGE if code.startswith("store.") else OTHER)
