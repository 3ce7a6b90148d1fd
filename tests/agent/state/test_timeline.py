"""From the history to what the page for operations draws."""

from __future__ import annotations

from datetime import timedelta

from agent.model.history import DONE, InputSpan, JoinPress, Outage, Past, Previous, Quarter, Start
from agent.state.timeline import MOST, overlaid, timeline
from agent.wire.ops import OpsInput, OpsJoin, OpsSpan, OpsStart, OpsSyncs
from tests.builders import at

PAST = Past(
    outages=(Outage(at(9), at(10), "calendar.timeout"), Outage(at(11), None, "calendar.throttled")),
    quarters=(Quarter(at(9), ok=3, failed=1, changes=2, slowest_s=0.123456),),
    joins=(JoinPress("id1", at(9, 5), "zoom", DONE),),
    inputs=(InputSpan("vga", at(9), None, "no_signal"), InputSpan("hdmi", at(9), at(10), "live")),
    starts=(Start(at(8, 59), Previous.POWER_CUT),),
)


def test_everything_is_told_with_its_words() -> None:
    told = timeline(PAST, at(8), at(12), labels={"hdmi": "Table", "spare": ""}, language="en")

    assert (told.since, told.until) == ("2026-11-23T16:00:00Z", "2026-11-23T20:00:00Z")
    assert told.syncs == [OpsSyncs(since="2026-11-23T17:00:00Z", ok=3, failed=1, changes=2, slowest_s=0.123)]
    assert told.outages[0].title == "Calendar server does not answer"
    assert told.outages[1].until is None
    assert told.joins == [OpsJoin(at="2026-11-23T17:05:00Z", provider="zoom", outcome="done")]
    assert told.starts == [OpsStart(at="2026-11-23T16:59:00Z", previous="power_cut")]


def test_inputs_come_in_their_order_and_one_that_is_not_configured_any_more_comes_last() -> None:
    told = timeline(PAST, at(8), at(12), labels={"hdmi": "Table", "spare": ""}, language="de")

    live = OpsSpan(since="2026-11-23T17:00:00Z", until="2026-11-23T18:00:00Z", code="live", title="Bild")
    assert told.inputs[0] == OpsInput(name="hdmi", label="Table", spans=[live])
    assert [(each.name, each.label, len(each.spans)) for each in told.inputs[1:]] == [
        ("spare", "spare", 0),
        ("vga", "vga", 1),
    ]


def test_what_is_newer_than_the_disk_takes_its_place() -> None:
    ended = Outage(at(11), at(12), "calendar.throttled")
    found = overlaid(PAST, Past(outages=(ended,), quarters=(Quarter(at(9, 15), ok=1),)))

    assert found.outages == (PAST.outages[0], ended)
    assert [each.since for each in found.quarters] == [at(9), at(9, 15)]


def test_an_answer_is_bounded_and_the_newest_are_in_it() -> None:
    many = Past(starts=tuple(Start(at(0) + timedelta(seconds=n), Previous.CRASH) for n in range(MOST + 10)))
    told = timeline(many, at(0), at(12), labels={}, language="en")

    assert len(told.starts) == MOST
    assert told.starts[-1].at == "2026-11-23T08:16:49Z"
