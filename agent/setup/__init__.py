"""The set-up: what is asked, what becomes of the answers, and how they come into effect as a whole or not at all.

Wizard and settings page are two faces of it. Answers are kept in a draft (`STATE/setup`) until they are activated; then
they are `STATE/config.toml` and files in `STATE/secrets`. `steps.py`, `flow.py`, `to_config.py`, `pairing.py` decide;
`draft.py`, `apply.py`, `reset.py` touch the disk; `service.py` is what the API talks to.
"""
