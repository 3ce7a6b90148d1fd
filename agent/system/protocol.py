"""uvicorn's protocol with what an appliance needs: deadlines for whoever is slow, limits, and the peer's identity."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.system.crowd import Crowd, Use
from agent.system.refusals import MALFORMED, TOO_LARGE, TOO_MANY, TOO_SLOW, HeadRefusal

HEADER_DEADLINE_S = 5.0
WRITE_DEADLINE_S = 20.0
"""How long an answer waits for a peer that does not read it."""
FRESH_S = 0.2
"""How long a newcomer has to ask something before it makes room for others."""
LINGER_S = 1.0
"""How long what was refused may still be sent before the connection ends: who is cut off while sending may lose the
answer (RFC 9112, 9.6)."""


class GuardedProtocol(H11Protocol):
    """A connection. `crowd` are those of its listener."""

    crowd: ClassVar[Crowd]
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _linger: asyncio.TimerHandle | None = None
    _peer: str | None = None
    _fresh_until = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        uid = _peer_uid(transport.get_extra_info("socket"))
        self._peer = self.client[0] if self.client else f"user {uid}"
        self._fresh_until = self.loop.time() + FRESH_S
        self.crowd.admit(self._peer, self)
        if uid is not None:
            self.app_state = {**self.app_state, "peer_uid": uid}
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        for timer in (self._unread, self._linger):
            if timer is not None:
                timer.cancel()
        if self._peer is not None:
            self.crowd.left(self._peer, self)
            self._peer = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._arm()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._disarm()
        if self._linger is not None and self.conn.their_state is not h11.SEND_BODY:
            self._linger.cancel()  # it was sent to its end after all: the connection serves what is asked next
            self._linger = None
            if self._deadline is None and self.conn.their_state is h11.IDLE:
                self._arm()

    def on_response_complete(self) -> None:
        """The next request may have begun to arrive during this one's answer (pipelining): its deadline begins now.
        What is not read of this one's body never will be."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE:
            self._linger = self._linger or self.loop.call_later(LINGER_S, self.transport.abort)
        elif self._deadline is None and self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._arm()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words for all of it
        """What is no HTTP, or has no end. Nothing more is read."""
        too_large = len(self.conn.trailing_data[0]) > self.config.h11_max_incomplete_event_size  # type: ignore[operator]
        self._refuse(TOO_LARGE if too_large else MALFORMED)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: who asks for another protocol is answered in this one (RFC 9110, 7.8), and uvicorn's advice to
        install a library is none for whoever reads our log."""

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(WRITE_DEADLINE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    # --- as a member of the crowd ------------------------------------------------------------------------------------

    def use(self) -> Use:
        if self.loop.time() < self._fresh_until:
            return Use.ANSWERING
        if self._deadline is not None or self.cycle is None or self.conn.their_state is h11.SEND_BODY:
            return Use.NOTHING_ASKED
        if self.cycle.response_complete:
            return Use.IDLE
        if self._unread is not None:
            return Use.NOT_READING
        return Use.STREAM if self.cycle.response_started else Use.ANSWERING

    def make_room(self) -> None:
        self._peer = None
        if self.cycle is None or (self.cycle.response_complete and self._deadline is not None):
            self._refuse(TOO_MANY)
        else:
            self.transport.abort()

    def shutdown(self) -> None:
        """The server ends: nobody waits for what is half asked."""
        if self.conn.their_state is h11.SEND_BODY:
            self.transport.abort()
        else:
            super().shutdown()

    def _arm(self) -> None:
        self._deadline = self.loop.call_later(HEADER_DEADLINE_S, self._too_slow)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        self._refuse(TOO_SLOW)

    def _refuse(self, refusal: HeadRefusal) -> None:
        self._disarm()
        if not self.transport.is_closing():
            self.transport.write(refusal.raw)
            self.transport.close()


def _peer_uid(connection: socket.socket | None) -> int | None:
    if connection is None or connection.family != socket.AF_UNIX:
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid: int = struct.unpack("3i", credentials)[1]
    return uid
