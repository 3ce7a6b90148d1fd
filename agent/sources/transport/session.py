"""Sessions of one account: same trust, same way, same limits, one count."""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from agent.sources.transport.adapter import BoundedAdapter, Traffic
from agent.sources.transport.proxy import goes_direct, proxy_url
from agent.sources.transport.settings import HttpSettings
from agent.sources.transport.tls import client_context


class Transport:
    """Makes requests sessions for an account. The environment (proxy variables, .netrc, bundles) is not consulted."""

    def __init__(self, settings: HttpSettings) -> None:
        self.settings = settings
        self.traffic = Traffic()
        self._ready: tuple[ssl.SSLContext, str] | None = None
        self._once = False
        self._adapters: weakref.WeakSet[BoundedAdapter] = weakref.WeakSet()

    def prepare(self) -> None:
        """Loads certificates and the proxy's password, once; afterwards `session` cannot fail.

        Raises `SourceUnavailable` when `ca_file` cannot be read, and what `proxy_credentials` raises.
        """
        if self._ready is None:
            self._ready = (client_context(self.settings.ca_file), proxy_url(self.settings))

    def forget(self) -> None:
        """Certificates and the proxy's password are read again for the next session."""
        self._ready = None

    @contextmanager
    def once(self) -> Iterator[None]:
        """Within it no request is sent again by itself, on any connection: whether the first one was carried out, only
        the caller can find out. For accounts of one thread."""
        self._once = True
        try:
            yield
        finally:
            self._once = False

    def session(self, url: str, auth: AuthBase | None = None) -> requests.Session:
        """A session with one connection, for requests to this URL's host."""
        self.prepare()
        assert self._ready is not None
        context, proxy = self._ready
        session = requests.Session()
        session.trust_env = False
        session.auth = auth
        session.headers["User-Agent"] = self.settings.user_agent
        if proxy and not goes_direct(urlsplit(url).hostname or "", self.settings.no_proxy):
            session.proxies = {"http": proxy, "https": proxy}
        adapter = BoundedAdapter(self.settings, context, self.traffic, lambda: not self._once)
        self._adapters.add(adapter)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def shut_down(self) -> None:
        """Ends what goes on over any session, from any thread: whoever reads from one gets an error."""
        for adapter in list(self._adapters):
            adapter.shut_down()
