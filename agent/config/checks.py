"""Rules that concern more than one key. Pure: what does not fit together although every single value is fine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from agent.config.model import Config
from agent.config.notation import toml_value
from agent.config.problems import Problem


def cross_check(config: Config, credentials: Collection[str] = ()) -> list[Problem]:
    """What does not fit, in the order of the file. `credentials`: names of the systemd credentials this process has."""
    sources = dict.fromkeys((config.calendar.source, config.calendar.fallback)) if config.set_up else ()
    return [
        *_room(config),
        *_network(config),
        *_requests(config),
        *_calendar(config),
        *(problem for source in sources if source in _SOURCES for problem in _SOURCES[source](config)),
        *_rules(config),
        *_launchers(config),
        *_web(config, credentials),
        *_display(config),
    ]


def check_source(config: Config, name: str) -> list[Problem]:
    """What is missing for one source, whether it is the configured one or not."""
    return list(_SOURCES[name](config))


def _missing(key: str, reason: str) -> Problem:
    return Problem(key, '""', f"expected a value: {reason}")


def _room(config: Config) -> Iterator[Problem]:
    if config.set_up and not config.room.mailbox and config.calendar.source != "demo":
        yield _missing("room.mailbox", "the mail address of the room whose calendar is shown")


def _requests(config: Config) -> Iterator[Problem]:
    begin, end = config.requests.work_from, config.requests.work_until
    if bool(begin) != bool(end):
        yield _missing(f"requests.{'work_until' if begin else 'work_from'}", "working hours have a begin and an end")
    elif begin and begin >= end:
        yield Problem("requests.work_until", toml_value(end), f"expected a time after requests.work_from, {begin}")
    elif begin and not config.requests.work_days:
        yield Problem("requests.work_days", "[]", 'expected at least one of "mon" to "sun": nothing would be accepted')


def _network(config: Config) -> Iterator[Problem]:
    if config.network.proxy_credentials_file and not config.network.proxy:
        yield _missing("network.proxy", "proxy_credentials_file is set")


def _calendar(config: Config) -> Iterator[Problem]:
    fallback = config.calendar.fallback
    if fallback and fallback == config.calendar.source:
        yield Problem(
            "calendar.fallback", toml_value(fallback), "expected another source than calendar.source, or empty"
        )


def _ews(config: Config) -> Iterator[Problem]:
    ews = config.calendar.ews
    if not ews.endpoint:
        yield _missing(
            "calendar.ews.endpoint", "Exchange's URL, such as https://mail.contoso.example/EWS/Exchange.asmx"
        )
    if ews.auth != "oauth":
        if not ews.username:
            yield _missing("calendar.ews.username", f'the service account that signs in with auth = "{ews.auth}"')
        return
    if urlsplit(ews.endpoint).scheme == "http":
        reason = 'expected https://, which auth = "oauth" needs for loopback addresses too'
        yield Problem("calendar.ews.endpoint", toml_value(ews.endpoint), reason)
    for name in ("tenant_id", "client_id", "scope"):
        if not getattr(ews, name):
            yield _missing(f"calendar.ews.{name}", 'auth = "oauth" needs it')
    if ews.client_secret_file and ews.certificate_file:
        yield _two_secrets("calendar.ews")
    elif ews.certificate_password_file and not ews.certificate_file:
        yield _missing("calendar.ews.certificate_file", "certificate_password_file is set")


def _graph(config: Config) -> Iterator[Problem]:
    graph = config.calendar.graph
    for name in ("tenant_id", "client_id"):
        if not getattr(graph, name):
            yield _missing(f"calendar.graph.{name}", "the app registration that reads the calendar")
    if graph.client_secret_file and graph.certificate_file:
        yield _two_secrets("calendar.graph")
    elif graph.auth == "secret" and graph.certificate_file:
        yield Problem("calendar.graph.auth", '"secret"', 'expected "certificate", since certificate_file is set')
    elif graph.auth == "certificate" and graph.client_secret_file:
        yield Problem("calendar.graph.auth", '"certificate"', 'expected "secret", since client_secret_file is set')
    elif graph.auth == "device_code" and (graph.client_secret_file or graph.certificate_file):
        reason = "expected another way to sign in, since a secret is set; a device code needs none"
        yield Problem("calendar.graph.auth", '"device_code"', reason)
    elif graph.certificate_password_file and not graph.certificate_file:
        yield _missing("calendar.graph.certificate_file", "certificate_password_file is set")
    if graph.fast_poll_s > graph.poll_s:
        reason = f"expected at most poll_s, which is {graph.poll_s}"
        yield Problem("calendar.graph.fast_poll_s", str(graph.fast_poll_s), reason)


_SOURCES: dict[str, Callable[[Config], Iterator[Problem]]] = {"ews": _ews, "graph": _graph}


def _two_secrets(section: str) -> Problem:
    return Problem(f"{section}.client_secret_file", None, "set beside certificate_file; expected only one of the two")


def _rules(config: Config) -> Iterator[Problem]:
    for index, rule in enumerate(config.join.rules):
        if rule.path and not rule.hosts:
            yield _missing(f"join.rules[{index}].hosts", "the rule has a path")
        elif not rule.hosts and not rule.sip_domain:
            yield _missing(f"join.rules[{index}].hosts", "a rule needs hosts or sip_domain")
        for host in (*rule.hosts, rule.sip_domain):
            if not host.isascii() or "xn--" in host:
                key = f"join.rules[{index}].{'hosts' if host in rule.hosts else 'sip_domain'}"
                reason = "expected a name in plain ASCII letters: links to internationalised names are never opened"
                yield Problem(key, toml_value(host), reason)


def _launchers(config: Config) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, each in enumerate(config.join.launchers):
        key = f"join.launchers[{index}]"
        if each.provider in seen:
            yield Problem(f"{key}.provider", toml_value(each.provider), "expected one launcher for each service")
        seen.add(each.provider)
        if each.launcher != "command":
            if each.command:
                yield Problem(f"{key}.launcher", toml_value(each.launcher), 'expected "command", since command is set')
        elif not each.command or not each.command[0]:
            yield _missing(f"{key}.command", 'the program, with launcher = "command"')
        elif "{" in each.command[0]:
            reason = "expected a program's name first: what an invitation says never chooses it"
            yield Problem(f"{key}.command", toml_value(each.command), reason)


def _web(config: Config, credentials: Collection[str]) -> Iterator[Problem]:
    web = config.web
    if web.remote_listen and not web.status_token_file and "web.status_token" not in credentials:
        yield _missing("web.status_token_file", "remote_listen needs a token that other machines send")
    if web.certificate_file and not web.key_file:
        yield _missing("web.key_file", "certificate_file needs its key")
    if web.key_file and not web.certificate_file:
        yield _missing("web.certificate_file", "key_file needs its certificate")


def _display(config: Config) -> Iterator[Problem]:
    display = config.display
    if display.dim_from and not display.dim_until:
        yield _missing("display.dim_until", "dim_from is set")
    if display.dim_until and not display.dim_from:
        yield _missing("display.dim_from", "dim_until is set")
    if display.dim_from and display.dim_from == display.dim_until:
        reason = "expected another time than dim_from; empty, both of them: never dimmed"
        yield Problem("display.dim_until", toml_value(display.dim_until), reason)
