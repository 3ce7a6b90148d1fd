"""What is said about a wrong file: each line names file, key path, value and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import Config, load
from agent.errors import ConfigError


def problems(folder: Path, content: str, environ: dict[str, str] | None = None) -> list[str]:
    """The lines of the refusal without the name of the file; empty when the file is good."""
    path = folder / "config.toml"
    path.write_text(content, encoding="utf-8")
    try:
        load(path, environ or {})
    except ConfigError as error:
        lines = str(error).splitlines()
        assert all(line.startswith(f"{path}: ") for line in lines)
        return [line.removeprefix(f"{path}: ") for line in lines]
    return []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "[calendar]\ndays_ahead = 99",
            "calendar.days_ahead = 99: expected a whole number of days, 1 to 60",
        ),
        (
            '[calendar]\ndays_ahead = "14"',
            'calendar.days_ahead = "14": expected a whole number of days, 1 to 60',
        ),
        ("[calendar]\ndays_ahead = true", "calendar.days_ahead = true: expected a whole number of days, 1 to 60"),
        ("[calendar]\ndays_ahead = 1.5", "calendar.days_ahead = 1.5: expected a whole number of days, 1 to 60"),
        ('[calendar]\nsource = "exchange"', 'calendar.source = "exchange": expected one of "ews", "graph", "demo"'),
        ('[meetings]\ncheck_in = "yes"', 'meetings.check_in = "yes": expected true or false'),
        ("room = 5", "room = 5: expected a table [room]"),
        ("[room]\nname = 12", "room.name = 12: expected a text; empty: what stands before the @ of its address"),
        (
            "[network]\nno_proxy = [5]",
            "network.no_proxy[0] = 5: expected a list of hosts, domains or networks in quotes",
        ),
        (
            '[join]\ntrusted_hosts = "a.example"',
            'join.trusted_hosts = "a.example": expected a list of host names in quotes',
        ),
        ('[inputs.hdmi]\nkind = "dvi"', 'inputs.hdmi.kind = "dvi": expected one of "hdmi", "vga"'),
        ("[inputs]\nhdmi = 1", "inputs.hdmi = 1: expected a table"),
    ],
)
def test_a_wrong_value_is_shown_with_what_is_expected(tmp_path: Path, content: str, expected: str) -> None:
    assert problems(tmp_path, content) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[room]\nlangage = 'de'", "room.langage: unknown key; did you mean room.language?"),
        ("[room]\ntime-zone = 'UTC'", "room.time-zone: unknown key; did you mean room.timezone?"),
        ("[rom]\n", "rom: unknown section; did you mean room?"),
        ("[web]\ntrusted_hosts = []", "web.trusted_hosts: unknown key; did you mean join.trusted_hosts?"),
        ("[hot_desk]\nzzz = 1", "hot_desk.zzz: unknown key; known here: allowed"),
        ("[branding]\nzzz = 1", "branding.zzz: unknown key; known here: logo_file, background_file, color"),
        ("[branding]\nlogo = 'logo.svg'", "branding.logo: unknown key; did you mean branding.logo_file?"),
        ("[inputs.hdmi]\nlable = 'x'", "inputs.hdmi.lable: unknown key; did you mean inputs.hdmi.label?"),
        (
            "[[join.rules]]\nname='a'\nprovider='b'\nhost='c'",
            "join.rules[0].host: unknown key; did you mean join.rules[0].hosts?",
        ),
    ],
)
def test_an_unknown_key_gets_the_likely_one(tmp_path: Path, content: str, expected: str) -> None:
    assert problems(tmp_path, content)[0] == expected


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    content = """
    [room]
    mailbox = "nobody"
    [network]
    proxy_credentials_file = "proxy"
    [meetings]
    join_lead_min = -1
    release_after_min = 500
    [[join.rules]]
    name = "Ours"
    [web]
    key_file = "key"
    """

    assert [line.partition(" = ")[0].partition(":")[0] for line in problems(tmp_path, content)] == [
        "room.mailbox",
        "meetings.join_lead_min",
        "meetings.release_after_min",
        "join.rules[0].provider",
        "network.proxy",
        "web.certificate_file",
    ]


def test_a_wrong_value_brings_no_second_complaint_about_what_follows_from_it(tmp_path: Path) -> None:
    content = '[calendar.ews]\nendpoint = "https://mail.contoso.example/EWS/Exchange.asmx"\nauth = "ouath"\n'

    lines = problems(tmp_path, content)

    assert [line.partition(" ")[0] for line in lines] == ["calendar.ews.auth", "room.mailbox"]


def test_the_number_of_lines_has_a_limit(tmp_path: Path) -> None:
    lines = problems(tmp_path, "\n".join(f"key{number} = 1" for number in range(80)))

    assert len(lines) == 51
    assert lines[-1] == "and 30 more"


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("[calendar.ews]\npassword = 'hunter2'", "name that in password_file"),
        ("[calendar.graph]\nclient_secret = 'hunter2'", "name that in client_secret_file"),
        ("[web]\nstatus_token = 'hunter2'", "name that in status_token_file"),
        ("[web]\nkey = 'hunter2'", "name that in key_file"),
        ("[room]\nPassword = 'hunter2'", "a key that ends in _file"),
        ("password = 'hunter2'", "a key that ends in _file"),
        ("[calendar.ews]\npasword_fil = 'hunter2'", "did you mean calendar.ews.password_file?"),
        ('[calendar.ews]\npassword_file = "hunter2\\nhunter2"', "the content of the file does not belong here"),
        ("[calendar.ews]\nendpoint = 'https://user:hunter2@mail.contoso.example/'", "without user name and password"),
        ("[network]\nproxy = 'http://user:hunter2@proxy:3128'", "without user name and password"),
        ("[network]\nproxy_credentials = 'user:hunter2'", "name that in proxy_credentials_file"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_advice_and_never_repeated(
    tmp_path: Path, content: str, advice: str
) -> None:
    text = "\n".join(problems(tmp_path, content))

    assert advice in text
    assert "hunter2" not in text


def test_names_in_the_file_cannot_forge_lines_or_steer_a_terminal(tmp_path: Path) -> None:
    lines = problems(tmp_path, '"a\\nb\\u001b[2J" = 1\n[inputs."x\\ny"]\nkind = "hdmi"\n')

    assert lines == [
        'inputs."x\\ny": expected a short name of lower-case letters, digits, - and _',
        '"a\\nb\\u001b[2J": unknown section; known here: ' + ", ".join(Config.model_fields),
    ]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, f'[calendar]\nsource = "{"x" * 5000}"')

    assert len(line) < 200
