"""What is known of the display: reports put together, presence, sentences, checks."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from agent import wire
from agent.state.display import DisplayFacts, DisplayWatch, Trouble
from agent.state.display_health import display_checks
from agent.state.troubles import INFO, MOST_NOTICES, QUIET, notices, problem_of, sentences
from agent.texts import catalogue
from agent.wire import DisplayProblem, DisplayReport, Input, OutputReport
from tests.builders import MORNING, at

LABELS = {"vga": "", "hdmi": "HDMI on the table"}


def shown(name: str, state: str = "live", label: str = "") -> Input:
    return Input(name=name, label=label, kind="hdmi", state=state, showing=False)


def output(*, connected: bool) -> OutputReport:
    return OutputReport(name="HDMI-1", connected=connected, enabled=connected)


def facts(*reports: DisplayReport, streams: Collection[str] = ()) -> DisplayFacts:
    watch = DisplayWatch(LABELS)
    for report in reports:
        watch.take(report, 0.0)
    return watch.look(1.0, MORNING, streams)


def test_what_a_report_leaves_out_stays_as_it_was() -> None:
    found = facts(DisplayReport(screen="meeting", inputs=[shown("hdmi")]), DisplayReport(inputs=[]), DisplayReport())
    assert (found.screen, found.inputs, found.outputs) == ("meeting", (), None)


def test_inputs_come_in_configured_order_and_are_called_as_configured_unless_the_report_says_otherwise() -> None:
    found = facts(DisplayReport(inputs=[shown("usb"), shown("hdmi"), shown("vga", label="VGA")]))
    assert [(each.name, each.label) for each in found.inputs] == [
        ("vga", "VGA"),
        ("hdmi", "HDMI on the table"),
        ("usb", ""),
    ]


def test_a_display_never_puts_the_room_into_set_up() -> None:
    assert facts(DisplayReport(screen="setup")).screen == "home"


def test_a_display_is_there_while_a_stream_is_open_or_a_report_is_young() -> None:
    watch = DisplayWatch({})
    assert not watch.look(0, MORNING, ()).present
    assert watch.look(1, MORNING, [""]).present
    watch.take(DisplayReport(screen="content"), 10)
    assert watch.look(100, MORNING, ()).screen == "content"
    gone = watch.look(101, at(9, 5), ())
    assert gone == DisplayFacts(silent_since=at(9, 5))
    assert watch.look(200, at(9, 10), ()).silent_since == at(9, 5)
    assert watch.look(201, at(9, 11), [""]) == DisplayFacts(present=True, joins=True, shows=True)


@pytest.mark.parametrize(
    ("streams", "joins", "shows"),
    [
        ([""], True, True),
        (["shell"], False, True),
        (["home"], False, False),
        (["meeting"], True, False),
        (["shell", "home", "meeting"], True, True),
        (["a newer display's"], False, False),
    ],
)
def test_a_process_takes_the_orders_that_are_its_own(streams: list[str], joins: bool, shows: bool) -> None:
    found = facts(streams=streams)
    assert (found.present, found.joins, found.shows) == (True, joins, shows)
    assert found.launcher == ("display" if joins else "browser")


def test_what_drives_meetings_is_there_for_a_while_after_its_last_report() -> None:
    watch = DisplayWatch({})
    watch.take(DisplayReport(meeting="none"), 0)
    watch.take(DisplayReport(screen="home"), 60)
    assert watch.look(90, MORNING, ["shell"]).joins
    assert not watch.look(91, MORNING, ["shell"]).joins
    assert watch.look(91, MORNING, ["shell"]).present


def test_the_last_touch_is_remembered_while_the_display_is_there() -> None:
    watch = DisplayWatch({})
    watch.take(DisplayReport(screen="home"), 100)
    assert watch.look(100, MORNING, ()).touched is None
    for ago, now, expected in ((3, 110, 107), (13, 119.2, 107), (None, 120, 107), (60, 125, 107), (0, 130, 130)):
        watch.take(DisplayReport(touched_s_ago=ago), now)
        assert watch.look(now, MORNING, ()).touched == expected
    assert watch.look(300, MORNING, ()).touched is None
    assert watch.look(301, MORNING, [""]).touched is None


def test_a_problem_has_one_notice_since_it_was_first_told() -> None:
    watch = DisplayWatch(LABELS)
    busy = DisplayProblem(code="display.input_busy", part="hdmi")
    watch.take(DisplayReport(problems=[busy, busy], home_problems=[DisplayProblem(code="display.home_loop")]), 0)
    watch.look(1, MORNING, [""])
    watch.take(DisplayReport(home_problems=[]), 2)
    (notice,) = notices(watch.look(3, at(10), [""]), "en")
    assert (notice.code, notice.severity, notice.since) == ("display.input_busy", "warning", wire.instant(MORNING))
    assert "HDMI on the table" in notice.detail


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2026-11-23T16:00:00Z", "2026-11-23T16:00:00Z"), ("yesterday", "2026-11-23T17:00:00Z"), ("2026-11-23", None)],
)
def test_the_display_may_know_better_since_when(since: str, expected: str | None) -> None:
    problem = DisplayProblem(code="display.no_output", since=since)
    (trouble,) = facts(DisplayReport(problems=[problem])).troubles
    assert wire.instant(trouble.since) == (expected or wire.instant(MORNING))


def test_a_code_nobody_wrote_about_is_named() -> None:
    for code in ("display.brand_new", "calendar.items_skipped", "player.hung"):
        title, detail = sentences("en", code, "hdmi")
        assert title == catalogue("en")["display.trouble"]["title"]
        assert code in detail


def test_a_part_is_never_a_placeholder() -> None:
    assert "{problem}" in sentences("de", "display.input_gone", "{problem}")[1]


def test_every_sentence_about_the_display_can_be_said_in_every_language() -> None:
    codes = [code for code in catalogue("en") if code.startswith("display.")]
    assert set(codes) > INFO | QUIET
    for language in ("en", "de"):
        for code in codes:
            problem = problem_of(code, language, "HDMI")
            assert code in catalogue(language)
            assert problem.detail.endswith(".")
            assert "{" not in problem.title + problem.detail


def test_what_needs_a_person_comes_first_and_no_display_fills_the_screen() -> None:
    many = [DisplayProblem(code="display.popup_blocked", part=str(n)) for n in range(64)]
    found = notices(facts(DisplayReport(problems=many, home_problems=[DisplayProblem(code="display.home_loop")])), "en")
    assert (found[0].code, len(found)) == ("display.home_loop", MOST_NOTICES)


def test_what_only_support_wants_to_know_is_in_the_status_and_not_on_the_screen() -> None:
    found = facts(DisplayReport(problems=[DisplayProblem(code="display.sleep_unavailable")], outputs=[]))
    assert notices(found, "en") == []
    found = facts(
        DisplayReport(problems=[DisplayProblem(code="display.sleep_unavailable")], outputs=[output(connected=True)])
    )
    outputs = display_checks(found)[1]
    assert (outputs.status, outputs.code, outputs.output) == ("pass", "display.sleep_unavailable", None)


def test_a_display_that_went_is_told_on_the_screen() -> None:
    (notice,) = notices(DisplayFacts(silent_since=MORNING), "en")
    assert (notice.code, notice.severity) == ("display.silent", "warning")


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        (DisplayFacts(), ["pass display.not_seen", "pass display.not_seen", "pass display.not_seen"]),
        (
            DisplayFacts(silent_since=MORNING),
            ["warn display.silent", "pass display.not_seen", "pass display.not_seen"],
        ),
        (
            DisplayFacts(present=True, outputs=(output(connected=True),)),
            ["pass display.ok", "pass display.outputs_ok", "pass display.inputs_ok"],
        ),
        (
            DisplayFacts(present=True, outputs=(output(connected=False),)),
            ["pass display.ok", "warn display.no_output", "pass display.inputs_ok"],
        ),
        (
            DisplayFacts(
                present=True,
                troubles=(
                    Trouble("display.popup_blocked", "", MORNING),
                    Trouble("display.home_loop", "", MORNING),
                    Trouble("display.no_output", "", MORNING),
                    Trouble("display.input_gone", "HDMI", MORNING),
                ),
            ),
            ["warn display.home_loop", "warn display.no_output", "warn display.input_gone"],
        ),
    ],
)
def test_the_status_tells_presence_screens_and_inputs_apart(display: DisplayFacts, expected: list[str]) -> None:
    checks = display_checks(display)
    assert [check.key for check in checks] == ["display:present", "display:outputs", "display:inputs"]
    assert [f"{check.status} {check.code}" for check in checks] == expected
    assert [check.output is not None for check in checks] == [check.status == "warn" for check in checks]
