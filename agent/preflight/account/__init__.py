"""What the account signs in with: when it ends, and what a refusal means."""

from __future__ import annotations

from collections.abc import Sequence

from agent.preflight.account.expiry import Forecast
from agent.preflight.context import Scope, Target
from agent.preflight.engine import Step


def steps(target: Target) -> Sequence[Step]:
    """Those that need no network; none without an account."""
    return () if target.account is None or target.scope is Scope.NETWORK else (Forecast(),)
