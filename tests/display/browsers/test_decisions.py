"""What is decided without a browser: where a page may go, when a meeting is over, when a browser is started again."""

import pytest

from display.browsers.addresses import HomeRules, MeetingRules, Verdict, is_local, may_open
from display.browsers.backoff import Backoff
from display.browsers.ending import Course, Step, has_left
from display.browsers.happenings import Closed, Crashed, Failed, Gone, Navigated, Noticed

HOME = "http://127.0.0.1:8080/"
RULES = MeetingRules(host="teams.example.com", home=HOME)


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://teams.example.com/l/meetup", Verdict.EXPECTED),
        ("https://TEAMS.example.com./l", Verdict.EXPECTED),
        ("about:blank", Verdict.EXPECTED),
        ("blob:https://teams.example.com/1", Verdict.EXPECTED),
        ("https://login.example.org/", Verdict.OTHER),
        ("http://8.8.8.8/", Verdict.OTHER),
        ("zoommtg://zoom.us/join", Verdict.APP),
        ("msteams:/l/meetup", Verdict.APP),
        ("mailto:ann@contoso.example", Verdict.APP),
        (HOME, Verdict.BLOCKED),
        ("http://127.0.0.1/", Verdict.BLOCKED),
        ("http://localhost:631/", Verdict.BLOCKED),
        ("http://printer.localhost/", Verdict.BLOCKED),
        ("http://[::1]/", Verdict.BLOCKED),
        ("http://[::ffff:127.0.0.1]/", Verdict.BLOCKED),
        ("http://2130706433/", Verdict.BLOCKED),
        ("http://0x7f.1/", Verdict.BLOCKED),
        ("http://0177.0.0.1/", Verdict.BLOCKED),
        ("http://0/", Verdict.BLOCKED),
        ("http://10.1.2.3/", Verdict.BLOCKED),
        ("https://192.168.0.1/", Verdict.BLOCKED),
        ("http://169.254.169.254/latest", Verdict.BLOCKED),
        ("http://[fe80::1]/", Verdict.BLOCKED),
        ("http://[fd00::1]/", Verdict.BLOCKED),
        ("file:///etc/passwd", Verdict.BLOCKED),
        ("FILE:///etc/passwd", Verdict.BLOCKED),
        ("view-source:https://teams.example.com", Verdict.BLOCKED),
        ("chrome://settings", Verdict.BLOCKED),
        ("chrome-extension://abc/x", Verdict.BLOCKED),
        ("devtools://devtools/", Verdict.BLOCKED),
        ("https://", Verdict.BLOCKED),
        ("http://[", Verdict.BLOCKED),
        ("", Verdict.BLOCKED),
    ],
)
def test_a_meeting_stays_on_the_public_web(url: str, verdict: Verdict) -> None:
    assert RULES(url) is verdict


def test_the_rooms_own_page_is_no_place_for_a_meeting_even_on_a_public_name() -> None:
    rules = MeetingRules(host="teams.example.com", home="https://room.example.net/")
    assert rules("https://room.example.net/api") is Verdict.BLOCKED


def test_pages_of_this_machine_count_as_public_ones_only_where_that_is_wanted() -> None:
    rules = MeetingRules(host="127.0.0.1", home=HOME, local_pages=True)
    assert rules("http://127.0.0.1:4000/") is Verdict.EXPECTED
    assert rules("http://localhost:4000/") is Verdict.OTHER
    assert rules("http://127.0.0.2:4000/") is Verdict.BLOCKED
    assert rules(HOME) is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("url", "host", "good"),
    [
        ("https://zoom.us/wc/join/1", "zoom.us", True),
        ("https://ZOOM.us:443/wc", "zoom.us", True),
        ("http://zoom.us/wc", "zoom.us", False),
        ("https://zoom.us.evil.example/", "zoom.us", False),
        ("https://zoom.us@evil.example/", "zoom.us", False),
        ("https://192.168.1.1/", "192.168.1.1", False),
        ("https://localhost/", "localhost", False),
        ("file:///etc/passwd", "", False),
        ("javascript:alert(1)", "", False),
        ("https://[", "", False),
    ],
)
def test_an_order_is_opened_over_tls_on_the_host_it_names(url: str, host: str, good: bool) -> None:
    assert may_open(url, host) is good


def test_a_name_is_not_local_for_looking_like_one() -> None:
    assert not is_local("localhost.example.com")
    assert not is_local("10.example.com")


def test_the_home_screen_stays_where_it_is() -> None:
    rules = HomeRules(HOME)
    assert rules("http://127.0.0.1:8080/setup") is Verdict.EXPECTED
    assert rules("about:blank") is Verdict.EXPECTED
    for other in (
        "http://127.0.0.1:8081/",
        "https://127.0.0.1:8080/",
        "https://example.com/",
        "file:///",
        "chrome://x",
    ):
        assert rules(other) is Verdict.BLOCKED, other


@pytest.mark.parametrize(
    ("url", "pattern", "left"),
    [
        ("https://app.zoom.us/wc/leave", "app.zoom.us/wc/leave", True),
        ("https://APP.zoom.us/WC/leave?x=1#y", "app.zoom.us/wc/leave", True),
        ("https://app.zoom.us/wc/leave/now", "app.zoom.us/wc/leave", False),
        ("https://meet.example/", "meet.example/", True),
        ("https://meet.example", "meet.example/", True),
        ("https://eu.webex.com/a/b/left", "*.webex.com/*left", True),
        ("https://webex.com.evil.example/left", "*.webex.com/*left", False),
        ("https://x.example/aXb", "x.example/a*a*b", False),
        ("https://x.example/ab", "x.example/ab*ab", False),
        ("https://x.example/[a]?", "x.example/?a?", False),
        ("https://[", "*", False),
    ],
)
def test_people_have_left_when_the_page_is_where_its_provider_sends_them(url: str, pattern: str, left: bool) -> None:
    assert has_left(url, ["other.example/bye", pattern]) is left


def test_a_meeting_ends_when_its_page_closes_itself_or_says_goodbye() -> None:
    course = Course(["x.example/bye"])
    assert course.after(Navigated("https://x.example/call"), 0) is Step.GO_ON
    assert course.after(Failed(), 0) is Step.GO_ON
    assert course.after(Noticed("display.popup_blocked"), 0) is Step.GO_ON
    assert course.after(Navigated("https://x.example/bye"), 1) is Step.END
    assert course.after(Closed(), 1) is Step.END


def test_a_page_that_crashes_is_loaded_again_twice_a_minute() -> None:
    course = Course()
    assert [course.after(Crashed(), now) for now in (0, 10, 61, 71, 72)] == [
        Step.RELOAD, Step.RELOAD, Step.RELOAD, Step.RELOAD, Step.GIVE_UP,
    ]  # fmt: skip


def test_a_browser_that_is_lost_is_replaced_once_in_two_minutes() -> None:
    course = Course()
    assert [course.after(Gone(), now) for now in (0, 120, 239)] == [Step.REOPEN, Step.REOPEN, Step.GIVE_UP]


def test_a_browser_that_dies_is_given_more_and_more_time() -> None:
    backoff = Backoff()
    assert [backoff.died(now, lived=0) for now in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_browser_that_lived_a_minute_starts_over() -> None:
    backoff = Backoff()
    for now in range(5):
        backoff.died(now, lived=0)
    assert backoff.looping(5)
    assert backoff.died(70, lived=60) == 1
    assert not backoff.looping(70)


def test_five_deaths_in_two_minutes_are_a_loop() -> None:
    backoff = Backoff()
    for now in (0, 1, 3, 7):
        backoff.died(now, lived=0)
    assert not backoff.looping(7)
    backoff.died(15, lived=0)
    assert backoff.looping(15)
    assert not backoff.looping(121)
