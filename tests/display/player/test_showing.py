from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from display.model import Source
from display.player.showing import Limits, Showing
from tests.fakes.player import Told

SOURCE = Source("a", watch_black=True)
NAMES = ["start-file", "playback-restart", "end-file", "log-message", "property-change", "file-loaded", "idle"]
ANYTHING = st.none() | st.integers(-1, 3) | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
METADATA = st.dictionaries(st.sampled_from(["lavfi.black_start", "lavfi.black_end"]), ANYTHING | st.just("3"))
MESSAGE = st.fixed_dictionaries(
    {"event": st.sampled_from(NAMES) | ANYTHING},
    optional={
        "playlist_entry_id": st.integers(1, 2) | ANYTHING,
        "reason": st.sampled_from(["eof", "stop", "error"]) | ANYTHING,
        "text": ANYTHING,
        "data": METADATA | ANYTHING,
    },
)


@given(st.lists(st.just("expect") | MESSAGE, max_size=20))
def test_whatever_mpv_says_in_whatever_order_a_picture_has_one_start_and_one_end(said: list[Any]) -> None:
    told = Told()
    broken: list[str] = []

    async def scene() -> None:
        showing = Showing(told, Limits(black=0.0), broken.append)
        for each in said:
            if each == "expect":
                showing.expect(SOURCE)
            else:
                showing.take(each)
        assert showing.over.is_set() == (showing.source is None)
        showing.forget()

    asyncio.run(scene())
    loads = said.count("expect")
    assert told.words().count("started") <= loads
    assert sum(word.startswith("player.") for word in told.words()) <= loads
    assert not broken
