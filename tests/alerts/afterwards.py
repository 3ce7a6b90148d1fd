"""What Prometheus can say after all the faults. After `by_fault.py` and `by_fault_inside.py`, in the same process."""

from __future__ import annotations

import time

import pytest

from tests.alerts.conftest import Watch
from tests.alerts.fleet import Fleet
from tests.alerts.rooms import Box
from tests.alerts.server import PROGRAM, Prometheus
from tests.deploy.grafana import boards, expressions

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Prometheus is missing (Debian: apt install prometheus)"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # sockets to agents that were killed
]


def test_every_panel_has_data(prometheus: Prometheus, fleet: Fleet, room: Box) -> None:
    """What Grafana would ask, asked of Prometheus, of every room until one has something to show."""
    room.book("Without a link", 45)
    room.book("Join me", 5, body_html="<p>https://zoom.us/j/91234567890?pwd=abc</p>")
    room.refresh()
    joinable = room.agent.room(lambda state: any(each["join"] for each in state["meetings"]))
    (meeting,) = (each["id"] for each in joinable["meetings"] if each["join"])
    assert room.agent.post("/api/v1/commands/join", {"meeting_id": meeting}).status_code == 202
    time.sleep(10)
    empty = {
        f"{name}: {title}"
        for name, board in boards().items()
        for title, expression in expressions(board, room="$room")
        if not any(prometheus.query(expression.replace("$room", each)) for each in fleet.boxes)
    }
    assert empty <= {"fleet: Pages"}  # while nobody is woken


def test_texts_of_alerts_are_filled_in(prometheus: Prometheus) -> None:
    found = prometheus.annotations()
    assert found
    for alert in found:
        texts = " ".join(alert["annotations"].values())
        assert "{{" not in texts
        assert "<no value>" not in texts
        assert "error" not in texts.partition("template")[2]


def test_all_that_was_mended_is_over(watch: Watch) -> None:
    watch.all_resolve(within=240)
