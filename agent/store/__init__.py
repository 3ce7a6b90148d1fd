"""The local copy of the room's calendar in one SQLite file, and the lock on the state directory.

It is a cache: what is damaged is set aside and read again from the server, never salvaged.
"""
