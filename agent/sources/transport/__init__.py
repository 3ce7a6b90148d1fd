"""HTTP as every calendar source needs it: limits, deadlines, TLS, proxy and tokens, one set per account.

Nothing here is process-wide: two accounts in one process share no connection, certificate store or token.
"""
