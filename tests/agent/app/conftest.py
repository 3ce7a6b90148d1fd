"""A demo Exchange for the parts that read one."""

from tests.fakes.exchange import demo_certificates, demo_exchange

__all__ = ["demo_certificates", "demo_exchange"]
