"""Certificates of the demo Exchange, made once."""

from tests.fakes.exchange import demo_certificates

__all__ = ["demo_certificates"]
