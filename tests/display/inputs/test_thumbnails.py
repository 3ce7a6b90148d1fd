"""The reader of a grabber's thumbnails."""

from __future__ import annotations

import sys

from display.inputs.faults import BUSY
from display.inputs.thumbnail import SIZE
from display.inputs.thumbnails import Thumbnails
from tests.display.xserver import wait_until


def test_a_reader_that_complains_of_every_picture_goes_on_and_is_heard_at_the_end() -> None:
    complains = (
        "import sys\n"
        "for _ in range(100):\n"
        "    print('overread ' * 500, file=sys.stderr, flush=True)\n"
        f"    sys.stdout.buffer.write(bytes({SIZE})); sys.stdout.flush()\n"
        "sys.exit('/dev/video0: Device or resource busy')\n"
    )
    reader = Thumbnails()
    frames: list[bytes] = []
    codes: list[str] = []

    def ended() -> bool:
        more, code = reader.take()
        frames.extend(more)
        codes.extend([code] if code else [])
        return bool(codes)

    try:
        assert reader.start([sys.executable, "-c", complains]) is None
        wait_until(ended, within=10, what="the reader did not end")
    finally:
        reader.close()
    assert (len(frames), codes) == (100, [BUSY])
