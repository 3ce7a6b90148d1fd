"""Metrics of what people see and use: page, display, inputs, joins."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from agent.api.metrics.families import PREFIX, counter, counters, gauge, stamp
from agent.api.metrics.snapshot import Snapshot
from agent.state.display import SIGNALS
from agent.state.home import REASONS


def screen(now: Snapshot) -> Iterator[Metric]:
    """Page, display, joins."""
    page, display = now.page, now.display
    yield gauge("page_report_timestamp_seconds", "When the home screen last reported what it shows.",
                stamp(page.seen if page else None))  # fmt: skip
    yield gauge("page_matches", "1 while the home screen shows the agent's own list.",
                float(page.matches) if page else 0.0)  # fmt: skip
    yield counter("page_repairs", "How often a wrong home screen was told to make itself anew.", now.page_repairs)
    yield counter("page_errors", "Script errors that home screens reported.", now.page_errors)
    yield counters("page_restarts", "How often the home screen's browser was made anew, by reason.",
                   "reason", now.restarts, REASONS)  # fmt: skip
    yield gauge("display_present", "1 while a display takes orders or reports.", float(display.present))
    yield gauge("display_outputs_connected", "Screens that the display sees.",
                sum(each.connected for each in display.outputs or ()))  # fmt: skip
    yield _inputs(now)
    yield counters("joins", "Joins that people asked for by service.", "provider", now.joins)
    yield counters("join_failures", "Joins that did not open by service.", "provider", now.join_failures)
    yield gauge("stream_clients", "Open event streams.", now.watchers)


def _inputs(now: Snapshot) -> Metric:
    family = GaugeMetricFamily(
        f"{PREFIX}input_state", "1 for the state that a configured input is in.", labels=["input", "state"]
    )
    states = {each.name: each.state for each in now.display.inputs}
    for name in now.inputs:
        for state in SIGNALS:
            family.add_metric([name, state], float(states.get(name) == state))
    return family
