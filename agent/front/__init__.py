"""The only listening part: home page, static files, guard, and a passage to the core's socket.

Knows the core by its unix socket and `agent.wire` alone; holds no secret and no state but the page's token.
"""
