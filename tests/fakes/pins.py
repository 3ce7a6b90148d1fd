"""What a PIN costs where nobody guesses it."""

from __future__ import annotations

from agent.setup.pin import Cost

CHEAP = Cost(memory_kib=8, passes=1)
