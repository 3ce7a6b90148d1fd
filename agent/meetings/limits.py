"""Every bound of the extractor in one place. Hostile text meets one of these before it meets anything costly."""

from __future__ import annotations

BODY = 6_000_000
"""Characters of a body that are read; the rest is ignored."""

MARKUP = 150_000
TEXT = 140_000
LINK_COST = 60
"""What may be spent on a body's markup and on its visible text, in the units of `budget`; the middle of a longer one is
not read. Mails of a hundred pages are below both."""

FIELD = 20_000
"""Characters of subject, location or a property that are read."""

URL = 16_000
"""Longest URL; a longer one is not a link."""

BLOCK_BEFORE = 6_000
BLOCK_AFTER = 16_000
"""How far from its link a meeting's id, passcode and numbers may stand."""

WRAPPERS = 10
"""Layers of link protection that are taken off."""

LABELS = 200
ADDRESSES = 500
"""Labels and mail addresses of one block that are read."""

ALTERNATIVES = 5
DIAL_IN = 100
TEXT_ROUNDS = 3
"""How often `&amp;amp;` is unescaped."""

UNKNOWN_TAGS = 5_000
"""Tags that HTML does not have before a text is taken for plain."""

HTML_DEPTH = 128
HTML_STEP = 1_024
"""Nesting the parser may reach, and characters it gets at a time: libxml2 searches all open elements at an end tag."""

TARGETS = 2_000
"""Different addresses that are looked at; further ones are ignored."""

MEETINGS = 100
LINKS = 50
"""Different meetings that are told apart, and links that are kept of each."""

REPORTED = 200
"""Rejected links that are remembered for the report."""

AROUND = 300
"""Characters before and after a link in which a self-hosted service may be named."""

TYPED = 2_000
TYPED_WAYS = 4
"""Characters of what a person typed to join, and ways that are offered for it."""
