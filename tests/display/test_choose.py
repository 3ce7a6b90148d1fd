"""What is on the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from display.choose import Asked, Bar, Facts, Guest, Screen, Wish, ask, choose, outdated
from display.model import Role

LAPTOP = Guest("hdmi", live=True, popup=True)
DISMISSED = Guest("hdmi", live=True)
UNPLUGGED = Guest("hdmi", live=False)
IN_CALL = Facts(call="running", call_seen=True)


def test_an_empty_room_shows_the_home_screen() -> None:
    assert choose(Facts()) == Screen(Role.HOME)


def test_a_laptop_is_played_before_it_is_shown() -> None:
    assert choose(Facts(inputs=[LAPTOP])) == Screen(Role.HOME, play="hdmi")
    assert choose(Facts(inputs=[LAPTOP], playing="hdmi")) == Screen(Role.CONTENT, "hdmi", Bar.CONTENT)


def test_a_picture_that_will_be_steady_in_a_moment_is_made_ready_behind() -> None:
    likely = Guest("hdmi", live=False, likely=True)

    assert choose(Facts(inputs=[likely], playing="hdmi")) == Screen(Role.HOME, play="hdmi")
    assert choose(Facts(inputs=[likely], preview=True)) == Screen(Role.HOME)


def test_an_unplugged_laptop_leaves_the_screen_at_once() -> None:
    assert choose(Facts(inputs=[UNPLUGGED], playing="hdmi")) == Screen(Role.HOME)


def test_a_laptop_covers_a_meeting_and_gives_it_back() -> None:
    covered = choose(Facts(call="running", call_seen=True, inputs=[LAPTOP], playing="hdmi"))
    after = choose(Facts(call="running", call_seen=True, inputs=[UNPLUGGED], playing="hdmi"))

    assert (covered.front, after) == (Role.CONTENT, Screen(Role.MEETING, bar=Bar.MEETING))


def test_a_meeting_is_in_front_when_it_is_painted_and_not_before() -> None:
    assert choose(Facts(call="opening")).front is Role.HOME
    assert choose(Facts(call="running")).front is Role.HOME
    assert choose(IN_CALL) == Screen(Role.MEETING, bar=Bar.MEETING)


def test_a_call_in_a_program_without_a_window_leaves_the_home_screen_with_a_bar() -> None:
    assert choose(Facts(call="running", call_unseen=True)) == Screen(Role.HOME, bar=Bar.HOME)
    assert choose(Facts(call="running", call_unseen=True, inputs=[LAPTOP], playing="hdmi")).front is Role.CONTENT


def test_back_to_home_leaves_the_meeting_running_with_a_way_back() -> None:
    assert choose(Facts(call="running", call_seen=True, wish=Wish.HOME)) == Screen(Role.HOME, bar=Bar.HOME)


def test_a_laptop_plugged_in_at_the_home_screen_of_a_running_meeting_pops_up() -> None:
    facts = Facts(call="running", call_seen=True, wish=Wish.HOME, inputs=[LAPTOP], playing="hdmi")

    assert choose(facts).front is Role.CONTENT


def test_a_picture_that_was_sent_away_stays_away_and_at_hand() -> None:
    screen = choose(Facts(call="running", call_seen=True, inputs=[DISMISSED]))

    assert screen == Screen(Role.MEETING, bar=Bar.MEETING, at_hand="hdmi")


def test_with_previews_a_picture_is_offered_and_shown_by_a_tap() -> None:
    offered = choose(Facts(inputs=[LAPTOP], preview=True))
    tapped = choose(Facts(inputs=[LAPTOP], preview=True, wish=Wish.CONTENT, wished="hdmi", playing="hdmi"))

    assert (offered, tapped.front) == (Screen(Role.HOME, offer="hdmi", at_hand="hdmi"), Role.CONTENT)


def test_of_two_laptops_the_first_stays_until_someone_asks_for_the_other() -> None:
    both = [Guest("vga", live=True, popup=True), LAPTOP]

    assert choose(Facts(inputs=both, playing="hdmi")).play == "hdmi"
    assert choose(Facts(inputs=both, playing="hdmi", wish=Wish.CONTENT, wished="vga")).play == "vga"


def test_taps_say_what_is_wished_for_and_what_is_sent_away() -> None:
    content, nothing = Screen(Role.CONTENT, "hdmi", Bar.CONTENT), Asked(Wish.NOTHING)

    assert ask("home", content, nothing) == Asked(Wish.HOME, dismissed="hdmi")
    assert ask("back", content, nothing) == Asked(Wish.NOTHING, dismissed="hdmi")
    assert ask("show_content", Screen(Role.MEETING, at_hand="hdmi"), nothing) == Asked(Wish.CONTENT, "hdmi")
    assert ask("show_content", Screen(Role.HOME), Asked(Wish.HOME)) == Asked(Wish.HOME)
    assert ask("volume_up", content, Asked(Wish.HOME)) == Asked(Wish.HOME)


def test_an_offer_that_is_declined_leaves_everything_else_as_it_is() -> None:
    offered = Screen(Role.HOME, bar=Bar.HOME, offer="hdmi", at_hand="hdmi")

    assert ask("hide_content", offered, Asked(Wish.HOME)) == Asked(Wish.HOME, dismissed="hdmi")
    assert choose(Facts(inputs=[DISMISSED], preview=True)).offer is None


def test_a_wish_ends_with_what_it_was_for() -> None:
    content, home = Asked(Wish.CONTENT, "hdmi"), Asked(Wish.HOME)

    assert outdated(content, call_began=False, call_over=False, inputs=[UNPLUGGED]) == Asked(Wish.NOTHING)
    assert outdated(content, call_began=True, call_over=False, inputs=[LAPTOP]) == content
    coming = Guest(UNPLUGGED.name, live=False, likely=True)
    assert outdated(content, call_began=False, call_over=False, inputs=[coming]) == content
    assert outdated(home, call_began=True, call_over=False, inputs=[]) == Asked(Wish.NOTHING)
    assert outdated(home, call_began=False, call_over=True, inputs=[]) == Asked(Wish.NOTHING)
    assert outdated(home, call_began=False, call_over=False, inputs=[]) == home


guests = st.builds(
    Guest, st.sampled_from(["hdmi", "vga"]), live=st.booleans(), popup=st.booleans(), likely=st.booleans()
)
facts = st.builds(
    Facts,
    call=st.sampled_from(["none", "opening", "running"]),
    call_seen=st.booleans(),
    call_unseen=st.booleans(),
    inputs=st.lists(guests, max_size=2, unique_by=lambda guest: guest.name),
    playing=st.sampled_from([None, "hdmi", "vga"]),
    preview=st.booleans(),
    wish=st.sampled_from(Wish),
    wished=st.sampled_from([None, "hdmi", "vga"]),
)


@given(facts)
def test_nothing_is_in_front_that_is_not_there(known: Facts) -> None:
    screen = choose(known)

    if screen.front is Role.CONTENT:
        assert screen.play == known.playing
        assert any(guest.live for guest in known.inputs if guest.name == screen.play)
    if screen.front is Role.MEETING:
        assert known.call == "running"
        assert known.call_seen
    assert screen.front is not Role.OVERLAY


@given(facts)
def test_out_of_every_screen_of_a_meeting_leads_a_bar(known: Facts) -> None:
    screen = choose(known)

    assert (screen.bar is not Bar.NONE) == (
        screen.front is not Role.HOME or (known.call == "running" and (known.call_seen or known.call_unseen))
    )
