"""A connection of our own and what is over it, for what the sources' transport rightly never does."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any

from urllib3.util.ssltransport import SSLTransport

from agent.model.preflight import Finding

ADDRESSES = 3
HEAD = "{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n{more}\r\n"


class Trouble(Exception):
    """There is no connection; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class Line:
    """A connection, and what is over it: `talk` is what one reads from and writes to, `sock` the socket that a deadline
    shuts down."""

    connected_sock = None  # the same is asked of urllib3's connections

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self.sock: socket.socket | None = None
        self.talk: Any = None

    def take(self, sock: socket.socket) -> None:
        """Talk over this socket from now on."""
        self.sock = self.talk = sock

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """TLS over the connection, also over one that has TLS already. Raises OSError, `ssl.SSLError` among them."""
        assert self.sock is not None
        if isinstance(self.sock, ssl.SSLSocket):
            self.talk = SSLTransport(self.sock, context, host)
            return
        sock = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self.take(sock)  # before it shakes hands: that has to have an end as well
        sock.do_handshake()

    def certificate(self) -> bytes | None:
        """The other end's, once it is secured."""
        found: bytes | None = self.talk.getpeercert(binary_form=True)
        return found

    def request(self, method: str, target: str, host: str, more: str) -> http.client.HTTPResponse:
        """The head of an answer, in http.client's limits. Raises OSError and `http.client.HTTPException`."""
        head = HEAD.format(method=method, target=target, host=host, agent=self._user_agent, more=more)
        self.talk.sendall(head.encode("ascii", "ignore"))
        answer = http.client.HTTPResponse(self.talk, method=method)
        answer.begin()
        return answer


def first_of(host: str, port: int, patience_s: float) -> socket.socket:
    """A connection to the first address that takes it; a few are tried, so that the end is near."""
    failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:ADDRESSES]:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(patience_s)
        try:
            sock.connect(address)
        except OSError as error:
            failure = error
            sock.close()
        else:
            return sock
    raise failure
