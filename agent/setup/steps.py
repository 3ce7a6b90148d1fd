"""The questions, step by step, and whether answers to them are good. Pure: `agent.config` says what is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from agent.config.checks import check_source
from agent.config.model import Config
from agent.config.problems import Problem, from_validation
from agent.setup.fields import SECRETS, Field, FieldProblem, Kind, Refused, cleaned
from agent.setup.to_config import PROXY_CREDENTIALS, answers_of, config_data, key_of

_MAILBOX = Field("mailbox", Kind.ADDRESS, "setup.mailbox_wrong")
_ACCOUNT = (_MAILBOX, Field("ca", Kind.PEM, "setup.pem_wrong"))
_APP = (
    Field("tenant_id", Kind.ADDRESS, needed=True),
    Field("client_id", Kind.ADDRESS, needed=True),
)
_SECRET = (
    Field("client_secret", Kind.SECRET, "setup.secret_wrong", needed=True),
    Field("client_secret_expires", Kind.TEXT, "setup.day_wrong"),
)
_EWS = (
    Field("endpoint", Kind.URL, "setup.url_wrong", needed=True),
    Field("auth", Kind.TEXT, "setup.choice_wrong", needed=True),
)
_AUTHORITY = Field("authority", Kind.URL, "setup.url_wrong", needed=True)

STEPS: Mapping[str, tuple[Field, ...]] = {
    "language": (
        Field("language", Kind.TEXT, "setup.language_wrong", needed=True),
        Field("timezone", Kind.TEXT, "setup.timezone_wrong", needed=True),
    ),
    "network": (
        Field("proxy", Kind.ADDRESS, "setup.proxy_wrong"),
        Field("proxy_username", Kind.TEXT),
        Field("proxy_password", Kind.SECRET, "setup.secret_wrong"),
        Field("no_proxy", Kind.TEXTS, "setup.no_proxy_wrong"),
    ),
    "calendar": (Field("source", Kind.TEXT, "setup.choice_wrong", needed=True),),
    "preflight": (),
    "room": (Field("mailbox", Kind.ADDRESS, "setup.mailbox_wrong", needed=True), Field("name", Kind.TEXT)),
    "screen": (
        Field("inputs", Kind.INPUTS, "setup.inputs_wrong"),
        Field("content", Kind.TEXT, "setup.choice_wrong"),
    ),
    "policies": (
        Field("show_subject", Kind.TEXT, "setup.choice_wrong"),
        Field("private_join", Kind.FLAG),
        Field("untrusted", Kind.TEXT, "setup.choice_wrong"),
        Field("join_lead_min", Kind.NUMBER, "setup.number_wrong"),
        Field("check_in", Kind.FLAG),
        Field("release_after_min", Kind.NUMBER, "setup.number_wrong"),
        Field("allow_booking", Kind.FLAG),
        Field("process_requests", Kind.FLAG),
        Field("pin", Kind.PIN, "setup.pin_form", needed=True),
    ),
    "summary": (),
}
"""All but `account`, whose questions depend on the answers before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Good answers to a step; `secrets` by their key path (`calendar.ews.password`), only those given anew."""

    values: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def fields_of(step: str, source: str, raw: Mapping[str, object]) -> tuple[Field, ...]:
    """The questions of a step, those of `account` by the source and by how `raw` says that it signs in."""
    if step != "account":
        return STEPS[step]
    if source == "graph":
        other = (Field("endpoint", Kind.URL, "setup.url_wrong", needed=True), _AUTHORITY)
        cloud = Field("cloud", Kind.TEXT, "setup.choice_wrong", needed=True)
        auth = Field("auth", Kind.TEXT, "setup.choice_wrong", needed=True)
        secret = _SECRET if raw.get("auth") == "secret" else ()
        return (*_ACCOUNT, cloud, *(other if raw.get("cloud") == "other" else ()), *_APP, auth, *secret)
    if source == "demo":
        return ()
    if raw.get("auth") != "oauth":
        username = Field("username", Kind.ADDRESS, needed=True)
        return (*_ACCOUNT, *_EWS, username, Field("password", Kind.SECRET, "setup.secret_wrong", needed=True))
    method = Field("method", Kind.TEXT, "setup.choice_wrong", needed=True)
    scope = Field("scope", Kind.TEXT, needed=True)
    secret = _SECRET if raw.get("method") == "secret" else ()
    return (*_ACCOUNT, *_EWS, *_APP, method, *secret, _AUTHORITY, scope)


_CHOICES = {("account", "method"): ("secret", "certificate"), ("account", "cloud"): (
    "global", "us_gov", "us_dod", "china", "other")}  # fmt: skip
"""Choices that are none of the configuration's own."""
_ALL_ACCOUNT = {each.name for source, raws in (
    ("ews", ({}, {"auth": "oauth", "method": "secret"})), ("graph", ({"auth": "secret", "cloud": "other"},)),
) for raw in raws for each in fields_of("account", source, raw)}  # fmt: skip


def validate(
    step: str,
    raw: Mapping[str, object],
    *,
    source: str,
    previous: Mapping[str, Any],
    kept: Collection[str],
) -> Answer | list[FieldProblem]:
    """Answers to a step, or everything that is wrong with them.

    A question that is left out keeps its `previous` answer, else the default; a secret that is left out or empty stays
    the one there is. `kept`: secrets that are there, by key path. What the chosen way to sign in does not ask is
    dropped.
    """
    full = {**_defaults(step, source), **previous, **raw}
    asked = {each.name: each for each in fields_of(step, source, full)}
    names = _ALL_ACCOUNT if step == "account" else set(asked)
    problems = [FieldProblem("", "setup.field_unknown")] if set(raw) - names else []
    values: dict[str, Any] = {}
    for each in asked.values():
        try:
            values[each.name] = cleaned(each, full.get(each.name, _EMPTY.get(each.kind, "")))
        except Refused as refused:
            problems.append(FieldProblem(each.name, refused.code))
            continue
        there = bool(values[each.name]) or (each.kind in SECRETS and key_of(step, each.name, source) in kept)
        if each.needed and not there and not (step == "room" and source == "demo"):
            problems.append(FieldProblem(each.name, "setup.field_missing"))
    secrets = {name: values.pop(name) for name, each in asked.items() if each.kind in SECRETS and name in values}
    if step == "network":
        problems += _proxy(values, secrets, previous, kept)
    wrong = {each.field for each in problems}
    problems += [each for each in _refusals(step, source, values, asked) if each.field not in wrong]
    if problems:
        return problems
    return Answer(values, {key_of(step, name, source): text for name, text in secrets.items() if text})


def _proxy(
    values: Mapping[str, Any], secrets: dict[str, str], previous: Mapping[str, Any], kept: Collection[str]
) -> Iterator[FieldProblem]:
    """Name and password are one secret, and for one proxy: another of either needs the password anew."""
    name = str(values.get("proxy_username", ""))
    if name and not values.get("proxy"):
        yield FieldProblem("proxy", "setup.field_missing")
    if ":" in name:
        yield FieldProblem("proxy_username", "setup.text_wrong")
    same = all(values.get(each) == previous.get(each) for each in ("proxy", "proxy_username"))
    known = same and PROXY_CREDENTIALS in kept
    if name and not secrets.get("proxy_password") and not known:
        yield FieldProblem("proxy_password", "setup.field_missing")
    elif not name and secrets.get("proxy_password"):
        yield FieldProblem("proxy_username", "setup.field_missing")
    elif secrets.get("proxy_password"):
        secrets["proxy_password"] = f"{name}:{secrets['proxy_password']}"


_EMPTY: Mapping[Kind, object] = {Kind.TEXTS: [], Kind.INPUTS: [], Kind.FLAG: False, Kind.NUMBER: 0}


def _defaults(step: str, source: str) -> Mapping[str, object]:
    """What a box nobody has set up would do."""
    answers = answers_of(Config.model_validate({"calendar": {"source": source}}) if source else Config.default())
    return {name: value for name, value in answers.get(step, {}).items() if value}


def _refusals(step: str, source: str, values: Mapping[str, Any], asked: Mapping[str, Field]) -> Iterator[FieldProblem]:
    """What the configuration says of the answers."""
    for (where, name), choices in _CHOICES.items():
        if where == step and name in values and values[name] not in choices:
            yield FieldProblem(name, "setup.choice_wrong")
    names = [item.get("name") for item in values.get("inputs", ())]
    if len(names) != len(set(names)):
        yield FieldProblem("inputs", "setup.inputs_wrong")
    answers = {"calendar": {"source": source or "ews"}, step: dict(values)}
    data = config_data({}, answers, {})
    keys = {key_of(step, name, source): each for name, each in asked.items()}
    for problem in _problems_of(data, source if step == "account" and source != "demo" else ""):
        found = next((each for key, each in keys.items() if key and _within(problem.key, key)), None)
        if found is not None:
            yield FieldProblem(found.name, found.wrong)


def _problems_of(data: Mapping[str, object], source: str) -> list[Problem]:
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        return from_validation(error, Config, data)
    return check_source(config, source) if source else []


def _within(key: str, field_key: str) -> bool:
    return key == field_key or key.startswith((f"{field_key}.", f"{field_key}["))
