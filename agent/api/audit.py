"""The audit log, for the administrator of this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from agent.api.parts import Parts
from agent.api.peer import Role
from agent.errors import CommandError
from agent.store.audit import AuditLog

MOST = 1_000
"""Entries of an answer; the file itself holds all."""


def audit_routes(parts: Parts) -> APIRouter:
    """The route over the log. The front may not ask: what it serves, others may read."""
    router = APIRouter()

    @router.get("/api/v1/audit")
    def audit(request: Request) -> dict[str, Any]:
        if request.scope["state"]["role"] is not Role.ADMIN:
            raise CommandError("peer.refused", "Only the administrator of this machine may read the audit log.", 403)
        if parts.audit is None:
            raise CommandError("audit.none", "This program keeps no audit log.", 404)
        return audit_answer(parts.audit)

    return router


def audit_answer(log: AuditLog) -> dict[str, Any]:
    """`{intact, problem, entries}`, the newest entry last; `room-agent audit --json` prints it without `problem`."""
    verdict = log.verify()
    return {**asdict(verdict), "entries": [asdict(entry) for entry in log.entries(MOST)]}
