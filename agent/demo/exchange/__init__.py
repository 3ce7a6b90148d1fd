"""Exchange Web Services for the demo organisation: an ASGI app that EWS clients cannot tell from a server.

A request goes auth -> soap (parse) -> callers (impersonation) -> operations (one table) -> soap (envelope) -> wire.
`faults` may stand in at each of these places.
"""
