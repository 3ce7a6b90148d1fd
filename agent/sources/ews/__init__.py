"""Exchange Web Services through exchangelib 5.6.0, whose objects and exceptions never leave this package.

exchangelib brings the SOAP envelope, impersonation, session pool and error classes. Its traps (reference exchange.md
section 3) are avoided by overriding, in subclasses of our own, never by changing the library for the whole process:

- answers are parsed whole and strictly, not byte by byte and "forgivingly" (`soap.py`, `services.py`)
- one request per call: no second page of a truncated view, no other API versions, no retries (`services.py`)
- the pool never shrinks and is never shared between accounts (`account.py`)
- items are read from their XML: no custom time zone, odd body type or missing element can end a call, and no date
  depends on the operating system's zone (`items.py`, `mapping.py`)
- sign-in, TLS, proxy, limits and deadlines are ours (`signin.py` and `agent.sources.transport`)
"""
