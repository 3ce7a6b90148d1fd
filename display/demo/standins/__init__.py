"""Stand-ins for the web clients of conferencing services: pages of our own that behave as public descriptions say, for
tests and for the demo. No service's logo, text or code is in them."""

from display.demo.standins.server import Standins

__all__ = ["Standins"]
