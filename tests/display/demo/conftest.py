"""The page on a port of its own, with a box that is none."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from display.demo.page.app import create_app
from display.demo.page.serving import Server, listen
from tests.display.demo.box import FakeBox
from tests.display.xserver import wait_until


class Served:
    """A running page."""

    def __init__(self) -> None:
        file = io.BytesIO()
        Image.new("RGB", (320, 180), (16, 102, 79)).save(file, "JPEG")
        self.box = FakeBox(jpeg=file.getvalue())
        self._server = Server(
            create_app(self.box, exchange_url="http://127.0.0.1:8081/", size=(320, 180)), listen(port=0)
        )
        self.url = self._server.url
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.run()))

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self._server.started, within=10)

    def stop(self) -> None:
        self.box.changes.over = True
        self._server.stop()
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    served = Served()
    served.start()
    yield served
    served.stop()


@pytest.fixture
def served(server: Served) -> Served:
    """The page, with a box as new."""
    server.box.reset()
    return server
