"""Root's program that upgrades a box: at night, never near a meeting, and with a way back.

Standard library only, of Python 3.11 or newer: it must run while the agent's own environment is being exchanged. What
the agent answers, and what lies in its directory, is not trusted.
"""
