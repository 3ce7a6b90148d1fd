"""Good and bad values of single keys."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from agent.config import Config, split_listen


def read(section: str, key: str, value: object) -> object:
    data: Mapping[str, object] = {key: value}
    for name in reversed(section.split(".")):
        data = {name: data}
    return Config.model_validate(data)


GOOD: list[tuple[str, str, list[object]]] = [
    ("room", "mailbox", ["", "sjroom@contoso.example", "raum.zürich+1@müller.example", "o'hare@contoso.example"]),
    ("room", "timezone", ["UTC", "America/Los_Angeles", "Asia/Kolkata"]),
    ("room", "language", ["en", "de-CH", "zh-Hant-TW", "es-419", "fil"]),
    ("network", "proxy", ["", "http://proxy:3128", "https://proxy.contoso.example"]),
    ("network", "no_proxy", [[], ["localhost", ".corp.example", "10.0.0.0/8", "*.example"]]),
    ("calendar", "days_ahead", [1, 60]),
    ("calendar", "days_behind", [0, 30]),
    ("calendar", "boot_spread_s", [0, 3600]),
    (
        "calendar.ews",
        "endpoint",
        [
            "https://mail.contoso.example/EWS/Exchange.asmx",
            "http://127.0.0.1:8081/EWS/Exchange.asmx",
            "http://[::1]:8081/EWS/Exchange.asmx",
            "http://localhost/EWS/Exchange.asmx",
        ],
    ),
    ("calendar.ews", "authority", ["https://login.microsoftonline.us", "https://127.0.0.1:8443"]),
    ("meetings", "join_lead_min", [0, 120]),
    ("meetings", "booking_link", ["", "https://meet.contoso.example/{id}", "https://meet.contoso.example/room?p=1"]),
    ("requests", "work_days", [["mon", "sun"], []]),
    ("hot_desk", "allowed", [["@contoso.example", "ann@contoso.example"]]),
    ("web", "listen", ["127.0.0.1:8080", "[::1]:8080", "localhost:0", "127.9.9.9:65535"]),
    ("web", "hosts", [["room-12.contoso.example", "room-12", "10.0.0.7"]]),
    ("display", "theme", ["auto", "light", "dark", "contrast"]),
    ("display", "dim_from", ["", "00:00", "09:05", "23:59"]),
    ("branding", "logo_file", ["", "logo.svg"]),
    ("branding", "color", ["", "#0a5c8f", "#FFFFFF"]),
    ("inputs", "hdmi", [{}, {"kind": "vga", "match": "usb-1", "label": "Table"}, {"edid_file": "edid.bin"}]),
    ("inputs.hdmi", "audio", ["off", "auto", "default", "hw:1,0", "plughw:CARD=Capture,DEV=0"]),
    ("display", "content", ["popup", "preview"]),
    ("display", "cameras", [[], ["046d:0853", "pci-0000:00:14.0-usb-0:3:1.0"]]),
    ("display", "meeting_grace_min", [0, 720]),
    ("display", "sleep_after_min", [0, 1440]),
    ("display", "wake_before_min", [0, 120]),
    ("display", "nightly", ["", "03:30"]),
    (
        "join",
        "launchers",
        [[], [{"provider": "sip", "launcher": "command", "command": ["baresip", "-e", "/dial {sip}"]}]],
    ),
]
BAD: list[tuple[str, str, list[object]]] = [
    (
        "meetings",
        "booking_link",
        [
            "meet.contoso.example",
            "http://meet.contoso.example/{id}",
            "https://meet.contoso.example/{id}/{id}",
            "https://meet.contoso.example/{ID}",
            "https://meet.contoso.example/a b",
            "https://room:secret@meet.contoso.example/{id}",
            "https:///{id}",
            "https://[::1/{id}",
        ],
    ),
    ("requests", "work_days", [["monday"], "mon", [1]]),
    (
        "room",
        "mailbox",
        ["sjroom", "San Jose <sj@contoso.example>", "a b@contoso.example", "a@b@c", "@contoso.example", "a@"],
    ),
    (
        "room",
        "timezone",
        ["", "Mars/Olympus", "Pacific Standard Time", "../../etc/passwd", "/etc/localtime", "Europe", "x\0"],
    ),
    ("room", "language", ["", "english", "de_CH", "e", "en-", "../en"]),
    ("room", "name", ["two\nlines", "x" * 1025, "\x1b[2J"]),
    ("network", "proxy", ["proxy:3128", "socks5://proxy:1080", "http://"]),
    ("network", "no_proxy", [["a,b"], [""], ["a b"]]),
    ("calendar", "days_ahead", [0, 61, -1]),
    ("calendar", "fallback", ["demo", "none"]),
    (
        "calendar.ews",
        "endpoint",
        [
            "mail.contoso.example",
            "ftp://mail.contoso.example/EWS",
            "http://mail.contoso.example/EWS/Exchange.asmx",
            "http://127.0.0.1.evil.example/EWS",
            "http://localhost.evil.example/EWS",
            "https://mail.contoso.example:99999/EWS",
            "https://mail.contoso.example:port/EWS",
            "https://[::1/EWS",
            "https:///EWS",
            "https://mail.contoso.example/EWS?x=1",
            "https://mail.contoso.example/E WS",
        ],
    ),
    ("calendar.ews", "authority", ["http://127.0.0.1", "https://login.microsoftonline.com/contoso", ""]),
    ("calendar.graph", "endpoint", ["http://localhost:8080", "https://graph.microsoft.com/v1.0", ""]),
    ("calendar.graph", "auth", ["oauth", "basic"]),
    ("join", "trusted_hosts", [["https://meet.contoso.example"], ["meet.contoso.example/x"], [""], ["a..b"]]),
    ("hot_desk", "allowed", [[""], ["contoso.example"], ["@"]]),
    (
        "web",
        "listen",
        ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "8080", ":8080", "::1:8080", "127.0.0.1:65536", ""],
    ),
    ("web", "remote_listen", ["8443", "room.contoso.example:8443", "[::1:8443", "0.0.0.0:x"]),
    ("display", "theme", ["", "sepia"]),
    ("display", "burn_in_shift", ["yes", 1]),
    ("display", "dim_from", ["24:00", "9:05", "22", "22:60", "22:00:00", "22:00\n", "٢٢:٠٠"]),
    ("branding", "logo_file", ["two\nlines"]),
    ("branding", "color", ["blue", "#fff", "#0a5c8g", "0a5c8f", "#0a5c8f80", "#0a5c8f\n", "url(x)"]),
    ("inputs", "HDMI 1", [{}]),
    ("inputs.hdmi", "audio", ["", "on", "hw:1 0", "hw:1;reboot", "$(reboot)", "hw:"]),
    ("display", "content", ["", "window"]),
    ("display", "cameras", ["046d:0853", [1], ["two\nlines"]]),
    ("display", "prepare_meeting", ["yes", 0]),
    ("display", "meeting_grace_min", [-1, 721, 1.5]),
    ("display", "nightly", ["3:30", "noon"]),
    (
        "join",
        "launchers",
        [[{"provider": "sip"}], [{"provider": "sip", "launcher": "shell"}], [{"launcher": "browser"}]],
    ),
    (
        "join",
        "launchers",
        [
            [{"provider": "sip", "launcher": "command", "command": ["baresip", argument]}]
            for argument in ("{subject}", "{sip", "}", "{{sip}}", "{}", "two\nlines")
        ],
    ),
]


@pytest.mark.parametrize(("section", "key", "value"), [(s, k, v) for s, k, values in GOOD for v in values])
def test_a_good_value_is_taken(section: str, key: str, value: object) -> None:
    assert read(section, key, value)


@pytest.mark.parametrize(("section", "key", "value"), [(s, k, v) for s, k, values in BAD for v in values])
def test_a_bad_value_is_refused(section: str, key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        read(section, key, value)


@pytest.mark.parametrize("path", ["", "/meet/{id}", "/{id}/{passcode}", "/a/b.html", "/x%20y/{id}/"])
def test_a_rule_path_is_literal_segments_with_placeholders(path: str) -> None:
    rule = {"name": "Ours", "provider": "ours", "hosts": ["vc.contoso.example"], "path": path}

    assert Config.model_validate({"join": {"rules": [rule]}}).join.rules[0].path == path


@pytest.mark.parametrize(
    "path",
    [
        "meet/{id}",
        "/meet/.*",
        "/(a|b)",
        "/[0-9]+",
        "/{id}{passcode}",
        "/{id}/{id}",
        "/{name}",
        "/a//b",
        "/a?x=1",
        "/../{id}",
        "/./{id}",
    ],
)
def test_a_rule_path_with_a_pattern_is_refused(path: str) -> None:
    rule = {"name": "Ours", "provider": "ours", "hosts": ["vc.contoso.example"], "path": path}

    with pytest.raises(ValidationError):
        Config.model_validate({"join": {"rules": [rule]}})


def test_hosts_are_compared_in_lower_case() -> None:
    config = Config.model_validate({"join": {"trusted_hosts": ["Meet.Contoso.Example"]}})

    assert config.join.trusted_hosts == ("meet.contoso.example",)


def test_listen_gives_host_and_port() -> None:
    assert split_listen("[::1]:8080") == ("::1", 8080)
    assert split_listen("127.0.0.1:0") == ("127.0.0.1", 0)
