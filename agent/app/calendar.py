"""From the configuration to a guarded puller of the room's calendar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, partial
from random import Random

from agent import sources
from agent.app.accounts import account_of, ews_account, identity_of, require_secret
from agent.app.box import Box
from agent.app.joining import make_extractor
from agent.ports import CalendarSource, CalendarStore, ChangeStream
from agent.sources.deferred import DeferredSource, DeferredStream
from agent.sync.failover import Failover
from agent.sync.keep import scope_of
from agent.sync.pull import Puller
from agent.sync.raw import Explain, RawCalendar
from agent.sync.report import PullReport
from agent.sync.sign_in import NOTE, Pulls, SignInGuard


def make_puller(box: Box, store: CalendarStore, resources: ExitStack) -> Pulls:
    """A puller for the configured source, with its fallback if there is one. Raises ConfigError when a secret that is
    needed is missing."""
    main = _guarded(box, box.config.calendar.source, store, resources)
    fallback = box.config.calendar.fallback
    if not fallback:
        return main
    return Failover(main, _guarded(box, fallback, store, resources), fallback, store, box.clock)


def _guarded(box: Box, name: str, store: CalendarStore, resources: ExitStack) -> SignInGuard:
    source = open_source(box, name)
    resources.callback(source.close)
    puller = _MadeWhenAsked(partial(_puller, box, source, store))
    note = NOTE if name == box.config.calendar.source else f"{NOTE}.{name}"
    secret = partial(identity_of, box, name)
    return SignInGuard(puller, store, box.clock, secret, Random(), note=note)  # noqa: S311  jitter


class _MadeWhenAsked:
    """A puller whose parts are loaded by its first round, in the sync thread: the stored list is served before that."""

    def __init__(self, make: Callable[[], Puller]) -> None:
        self._made = cache(make)

    def pull(self) -> PullReport:
        return self._made().pull()

    def look(self, explain: Explain) -> RawCalendar:
        return self._made().look(explain)


def _puller(box: Box, source: CalendarSource, store: CalendarStore) -> Puller:
    extractor = make_extractor(box.config)
    private_join = box.config.meetings.private_join
    scope = scope_of(box.config.room.mailbox, source.name, extractor.version, private_join=private_join)
    return Puller(source, store, extractor, box.clock, scope=scope, window=box.window, private_join=private_join)


def open_source(box: Box, name: str) -> CalendarSource:
    """The calendar source with this name, its secrets proven to exist; its library is loaded at the first call."""
    require_secret(box, name)
    return DeferredSource(name, lambda: sources.open_source(account_of(box, name), box.clock))


def open_stream(box: Box, resources: ExitStack) -> ChangeStream | None:
    """The configured source's stream of changes; None for a source that has none."""
    if box.config.calendar.source != "ews":  # Graph is polled: its notifications need a public address
        return None
    inbox = box.config.meetings.process_requests
    stream = DeferredStream(lambda: sources.open_stream(ews_account(box), box.clock, inbox=inbox))
    resources.callback(stream.close)
    return stream
