"""Answers as a configuration, and a configuration as answers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from agent.config.model import MICROSOFT_LOGIN, Config
from agent.config.showing import show_config

HEADER = "# Written by room-agent's set-up, which keeps values and drops comments. Generation "
CLOUDS = {
    "global": ("https://graph.microsoft.com", MICROSOFT_LOGIN),
    "us_gov": ("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "us_dod": ("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": ("https://microsoftgraph.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"),
}
"""Endpoint and authority of Microsoft's national clouds
(learn.microsoft.com/graph/deployments, /entra/identity-platform/authentication-national-cloud)."""
PIN = "setup.admin_pin"
PROXY_CREDENTIALS = "network.proxy_credentials"
SIGN_IN = "calendar.graph.sign-in"
_ACCOUNT_SECRETS = ("password", "client_secret", "certificate", "certificate_password", "ca")
_KEYS = {
    ("language", "language"): "room.language",
    ("language", "timezone"): "room.timezone",
    ("network", "proxy"): "network.proxy",
    ("network", "no_proxy"): "network.no_proxy",
    ("network", "proxy_password"): PROXY_CREDENTIALS,
    ("calendar", "source"): "calendar.source",
    ("account", "mailbox"): "room.mailbox",
    ("room", "mailbox"): "room.mailbox",
    ("room", "name"): "room.name",
    ("screen", "content"): "display.content",
    ("screen", "inputs"): "inputs",
    ("policies", "untrusted"): "join.untrusted",
    ("policies", "pin"): PIN,
    **{
        ("policies", name): f"meetings.{name}"
        for name in ("show_subject", "private_join", "join_lead_min", "check_in", "release_after_min",
                     "allow_booking", "process_requests")
    },
}  # fmt: skip
_NO_KEYS = {("account", "cloud"), ("account", "method"), ("account", "ca"), ("screen", "inputs")}
"""Answers that are not written as they are."""


def key_of(step: str, field: str, source: str) -> str:
    """The key path that a field sets, or that a secret has; empty for one that sets none by itself."""
    if (step, field) in _KEYS:
        return _KEYS[step, field]
    return f"calendar.{source}.{field}" if step == "account" and (step, field) not in _NO_KEYS else ""


def config_data(
    base: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]], files: Mapping[str, str]
) -> dict[str, Any]:
    """The file's data: what `base` says of other keys stays. `files`: where secrets lie, by key path, none left out."""
    data = deepcopy(dict(base))
    source = str(answers.get("calendar", {}).get("source", data.get("calendar", {}).get("source", "ews")))
    for step, values in sorted(answers.items()):  # "account" before "room", whose mailbox is the one that counts
        for name, value in values.items():
            key = key_of(step, name, source)
            if key and (step, name) not in _NO_KEYS and (value or (step, name) != ("room", "mailbox")):
                _set(data, key, value)
    if "account" in answers and source != "demo":
        _set_account(data, source, answers["account"])
    if "inputs" in answers.get("screen", {}):
        before = data.get("inputs", {})
        data["inputs"] = {
            each["name"]: {**before.get(each["name"], {}), **_without_name(each)}
            for each in answers["screen"]["inputs"]
        }
    if data.get("calendar", {}).get("fallback") == source:
        data["calendar"].pop("fallback")
    _drop_unused(data, source, base.get("calendar", {}).get("source", "ews"), answers)
    for key, file in files.items():
        _set(data, f"{key}_file", file)
    return data


def _drop_unused(data: dict[str, Any], source: str, before: str, answers: Collection[str]) -> None:
    """Name no secret of a step that was answered, until it is said which, nor of a source that is none any more: what
    is not named is removed from the box."""
    if before not in (source, data.get("calendar", {}).get("fallback")):
        _drop_secrets(data, before)
    if "account" in answers:
        _drop_secrets(data, source)
    if "network" in answers:
        _drop(data, f"{PROXY_CREDENTIALS}_file")


def _set_account(data: dict[str, Any], source: str, account: Mapping[str, Any]) -> None:
    section = data.setdefault("calendar", {}).setdefault(source, {})
    if source == "graph" and account.get("cloud") in CLOUDS:
        section["endpoint"], section["authority"] = CLOUDS[account["cloud"]]
    if "client_secret_expires" not in account:
        section.pop("client_secret_expires", None)


def _without_name(item: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in item.items() if key != "name"}


def _drop_secrets(data: dict[str, Any], source: str) -> None:
    for name in _ACCOUNT_SECRETS:
        _drop(data, f"calendar.{source}.{name}_file")


def secrets_needed(answers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Key paths of the secrets that these answers use; others that are there are not part of the configuration."""
    source = str(answers.get("calendar", {}).get("source", ""))
    account, network = answers.get("account", {}), answers.get("network", {})
    needed = [PROXY_CREDENTIALS] if network.get("proxy_username") else []
    if not account:
        return needed
    if source == "ews":
        oauth = account.get("auth") == "oauth"
        needed.append(f"calendar.ews.{_app_secret(account.get('method')) if oauth else 'password'}")
    elif source == "graph" and account.get("auth") != "device_code":
        needed.append(f"calendar.graph.{_app_secret(account.get('auth'))}")
    if account.get("ca"):
        needed.append(f"calendar.{source}.ca")
    return needed


def _app_secret(method: object) -> str:
    return "certificate" if method == "certificate" else "client_secret"


def answers_of(config: Config, files: Collection[str] = (), proxy_username: str = "", ca: str = "") -> dict[str, Any]:
    """What was answered, as far as a configuration shows it. `files`: key paths of secrets that are there; `ca`: what
    its file holds."""
    section = config.calendar.graph if config.calendar.source == "graph" else config.calendar.ews
    account: dict[str, Any] = {"mailbox": config.room.mailbox, "ca": ca}
    fields = ("endpoint", "auth", "username", "tenant_id", "client_id", "client_secret_expires", "authority", "scope")
    account |= {name: getattr(section, name) for name in fields if hasattr(section, name)}
    if config.calendar.source == "graph":
        clouds = {pair: name for name, pair in CLOUDS.items()}
        account["cloud"] = clouds.get((config.calendar.graph.endpoint, config.calendar.graph.authority), "other")
    else:
        certified = section.certificate_file or "calendar.ews.certificate" in files
        account["method"] = "certificate" if certified else "secret"
    meetings = config.meetings.model_dump()
    answers: dict[str, Any] = {
        "language": {"language": config.room.language, "timezone": config.room.timezone},
        "network": {"proxy": config.network.proxy, "proxy_username": proxy_username,
                    "no_proxy": list(config.network.no_proxy)},
        "calendar": {"source": config.calendar.source},
        "account": account,
        "room": {"mailbox": config.room.mailbox, "name": config.room.name},
        "screen": {"content": config.display.content,
                   "inputs": [{"name": name, "label": each.label, "kind": each.kind, "match": each.match}
                              for name, each in config.inputs.items()]},
        "policies": {**meetings, "untrusted": config.join.untrusted},
    }  # fmt: skip
    if config.calendar.source == "demo":
        del answers["account"]
    return answers


def config_text(data: Mapping[str, Any], generation: int) -> str:
    """The file: what differs from the defaults, under a line that says who wrote it. Raises pydantic's error."""
    return f"{HEADER}{generation}\n\n{show_config(Config.model_validate(data), changed_only=True)}\n"


def generation_of(text: str) -> int:
    """Which writing of the file this is; 0 for one that somebody else wrote."""
    first = text.partition("\n")[0]
    number = first.removeprefix(HEADER) if first.startswith(HEADER) else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _set(data: dict[str, Any], key: str, value: object) -> None:
    *path, last = key.split(".")
    for part in path:
        data = data.setdefault(part, {})
    data[last] = value


def _drop(data: dict[str, Any], key: str) -> None:
    *path, last = key.split(".")
    for part in path:
        data = data.get(part, {})
    data.pop(last, None)
