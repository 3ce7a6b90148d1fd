"""The preflight: whether this box could serve its room, step by step, and what to do where it could not.

One engine for `room-agent doctor`, the wizard's step and the settings page. `engine.py` runs steps in order; a step is
a small object in `network/`, `ews/`, `graph/` or `account/`; `catalogue.py` says which ones a configuration needs.
"""
