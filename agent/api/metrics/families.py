"""Metric families in a line each. Names of counters stand without `_total`, which the library adds. A unit is the end
of a name; OpenMetrics tells it in a line of its own as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

PREFIX = "room_agent_"
UNITS = ("seconds", "bytes")


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, text, unit=_unit(name))
    family.add_metric([], value)
    return family


def counter(name: str, text: str, count: float) -> CounterMetricFamily:
    family = CounterMetricFamily(PREFIX + name, text, unit=_unit(name))
    family.add_metric([], count)
    return family


def gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """One for each value of a label."""
    family = GaugeMetricFamily(PREFIX + name, text, labels=[label], unit=_unit(name))
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def counters(
    name: str, text: str, label: str, counts: Mapping[str, float], fixed: Iterable[str] = ()
) -> CounterMetricFamily:
    """One for each value of a label; those of `fixed` from the start, and no others where there are some."""
    family = CounterMetricFamily(PREFIX + name, text, labels=[label])
    for value in dict.fromkeys(fixed) or counts:
        family.add_metric([value], counts.get(value, 0))
    return family


def one_of(name: str, text: str, label: str, values: Iterable[str], present: str | None) -> GaugeMetricFamily:
    """1 for the value that holds, 0 for all others."""
    return gauges(name, text, label, {value: float(value == present) for value in values})


def histogram(
    name: str, text: str, bounds: Sequence[float], counts: Sequence[int], total: float
) -> HistogramMetricFamily:
    """`counts` by bucket, not cumulative; the last one is for everything beyond the bounds."""
    family = HistogramMetricFamily(PREFIX + name, text, unit=_unit(name))
    running = accumulate(counts)
    family.add_metric([], buckets=list(zip([*map(str, bounds), "+Inf"], running, strict=True)), sum_value=total)
    return family


def stamp(moment: datetime | None) -> float:
    """Seconds since 1970; 0 for never."""
    return moment.timestamp() if moment else 0.0


def _unit(name: str) -> str:
    """The base unit that a name ends with; empty for a number of things."""
    return next((unit for unit in UNITS if name.endswith(f"_{unit}")), "")
