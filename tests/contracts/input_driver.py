"""What every `display.ports.InputDriver` does. Subclass it and give it a `socket` fixture."""

from __future__ import annotations

import select
from typing import Protocol

import pytest

from display.model import Reading, Signal
from display.ports import InputDriver
from tests.waiting import wait_until


class Socket(Protocol):
    """An input's socket as a guest and a technician handle it, and the driver of its device."""

    @property
    def driver(self) -> InputDriver: ...
    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def pull(self) -> None:
        """The device itself goes away."""


class InputDriverContract:
    """Run by every driver."""

    address = "av://v4l2:/dev/video"  # how what a player is told begins

    def becomes(self, socket: Socket, signal: Signal) -> Reading:
        wait_until(lambda: socket.driver.read().signal is signal, within=5, what=f"{signal}")
        return socket.driver.read()

    def test_a_laptop_that_is_plugged_in_is_live_with_the_size_of_its_picture(self, socket: Socket) -> None:
        socket.plug()

        assert self.becomes(socket, Signal.LIVE) == Reading(Signal.LIVE, 1920, 1080)

    def test_without_a_laptop_it_says_why_there_is_no_picture(self, socket: Socket) -> None:
        assert socket.driver.read().signal in (Signal.NO_CABLE, Signal.NO_SIGNAL)
        socket.plug()
        self.becomes(socket, Signal.LIVE)
        socket.unplug()
        wait_until(
            lambda: socket.driver.read().signal in (Signal.NO_CABLE, Signal.NO_SIGNAL), within=5, what="no picture"
        )

    def test_a_device_that_is_pulled_out_is_gone_and_stays_gone(self, socket: Socket) -> None:
        socket.plug()
        self.becomes(socket, Signal.LIVE)
        socket.pull()
        for _ in range(3):
            assert socket.driver.read() == Reading(Signal.ABSENT, code="device.gone")
            socket.driver.drain()
        socket.driver.release()
        socket.driver.resume()
        socket.driver.prepare()

    def test_a_player_is_told_where_the_picture_is(self, socket: Socket) -> None:
        socket.plug()
        self.becomes(socket, Signal.LIVE)
        socket.driver.release()
        source = socket.driver.prepare()

        assert source.url.startswith(self.address)
        assert socket.driver.read().signal is Signal.LIVE

    def test_it_goes_on_after_the_player_stopped(self, socket: Socket) -> None:
        socket.plug()
        self.becomes(socket, Signal.LIVE)
        socket.driver.release()
        socket.driver.resume()

        assert socket.driver.read().signal is Signal.LIVE
        socket.unplug()
        wait_until(lambda: socket.driver.read().signal is not Signal.LIVE, within=5, what="the end")

    def test_it_can_be_waited_for_in_an_event_loop(self, socket: Socket) -> None:
        assert 0 < socket.driver.interval <= 1
        fd = socket.driver.fileno()
        if fd is not None:
            assert isinstance(fd, int)
            self.can_be_waited_for(fd)
        socket.driver.drain()
        socket.driver.drain()

    def can_be_waited_for(self, fd: int) -> None:
        with select.epoll() as events:
            events.register(fd, select.EPOLLIN)

    @pytest.mark.parametrize("times", [1, 2])
    def test_it_can_be_closed_at_any_time(self, socket: Socket, times: int) -> None:
        for _ in range(times):
            socket.driver.close()

        assert socket.driver.read() == Reading(Signal.ABSENT, code="device.gone")
        assert socket.driver.fileno() is None
