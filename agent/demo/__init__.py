"""A demo Exchange on loopback.

`world` holds an organisation in memory, `exchange` speaks EWS for it, `server` listens.
"""
