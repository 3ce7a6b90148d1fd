"""Thin adapters to the operating system: no decisions."""
