from __future__ import annotations

from tests.fakes.exchange import demo_certificates, demo_exchange

__all__ = ["demo_certificates", "demo_exchange"]
