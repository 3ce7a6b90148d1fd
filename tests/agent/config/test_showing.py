"""show_config writes what load reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.config import Config, load, show_config
from agent.config.notation import toml_document

RICH = {
    "room": {"mailbox": "sjroom@contoso.example", "name": 'Back\\slash "and" ünïcode'},
    "calendar": {"days_ahead": 7, "ews": {"username": "CONTOSO\\svc", "endpoint": "https://mail.contoso.example/EWS"}},
    "join": {
        "trusted_hosts": ["a.example", "b.example"],
        "rules": [
            {"name": "Ours", "provider": "pexip", "hosts": ["vc.contoso.example"], "path": "/meet/{id}"},
            {"name": "Theirs", "provider": "sip", "sip_domain": "vc.fabrikam.example"},
        ],
        "launchers": [{"provider": "sip", "launcher": "command", "command": ["linphonec", "-s", "sip:{sip}"]}],
    },
    "display": {"theme": "dark", "burn_in_shift": False, "dim_from": "22:00", "dim_until": "06:30"},
    "branding": {"logo_file": "/srv/logo.svg", "color": "#0a5c8f"},
    "inputs": {"hdmi": {"label": "Table"}, "vga-1": {"kind": "vga"}},
}


def test_the_shown_configuration_reads_back_equal(tmp_path: Path) -> None:
    config = Config.model_validate(RICH)
    path = tmp_path / "shown.toml"
    path.write_text(show_config(config), encoding="utf-8")

    assert load(path, {}) == config


def test_only_what_was_changed_is_shown_on_request() -> None:
    shown = tomllib.loads(show_config(Config.model_validate(RICH), changed_only=True))

    assert shown["calendar"] == RICH["calendar"]
    assert set(shown) == set(RICH)
    assert Config.model_validate(shown) == Config.model_validate(RICH)


def test_nothing_is_shown_of_the_defaults_when_only_changes_are_asked_for() -> None:
    assert show_config(Config.default(), changed_only=True) == ""


def test_every_section_stands_in_the_shown_defaults() -> None:
    shown = tomllib.loads(show_config(Config.default()))

    sections = {"room", "network", "calendar", "meetings", "requests", "join", "hot_desk", "web", "display", "branding"}
    assert set(shown) == sections


plain = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(), st.lists(st.text(), max_size=3))
tables = st.recursive(
    st.dictionaries(st.text(), plain, min_size=1, max_size=4),
    lambda inner: st.dictionaries(st.text(), st.one_of(plain, inner), min_size=1, max_size=4),
    max_leaves=8,
)


@given(tables)
def test_whatever_is_written_can_be_read(data: dict[str, object]) -> None:
    assert tomllib.loads(toml_document(data)) == data
