"""The demo organisation's Graph face: users, calendar views and their changes, events, places.

Shapes are those of recorded answers; the tests hold them against each other.
"""
