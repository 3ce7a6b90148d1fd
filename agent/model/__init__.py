"""Frozen values every part speaks in; no I/O, no clock, no library types."""
