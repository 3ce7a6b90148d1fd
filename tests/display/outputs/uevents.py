"""Run under umockdev-wrapper: sends as many uevents of a graphics card as it is told, and prints how often a change was
told. Leaves with 77 where umockdev's bindings are missing."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from display.outputs.drm import DrmNews

_AT_ONCE = 8
"""A datagram socket of the kernel holds 10 or so (net.unix.max_dgram_qlen); umockdev aborts where one is full."""


def testbed() -> Any:
    """The bindings come with the system's Python."""
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import gi  # type: ignore[import-not-found]  # noqa: PLC0415

        gi.require_version("UMockdev", "1.0")
        from gi.repository import UMockdev  # type: ignore[import-not-found]  # noqa: PLC0415
    except (ImportError, ValueError):
        sys.exit(77)
    return UMockdev.Testbed.new()


async def main(count: int) -> None:
    bed = testbed()
    told: list[None] = []
    card = bed.add_device("drm", "card0", None, [], ["DEVNAME", "/dev/dri/card0", "HOTPLUG", "1"])
    news = DrmNews(lambda: told.append(None))
    assert news.start()
    for sent in range(count):
        bed.uevent(card, "change")
        if sent % _AT_ONCE == 0:
            await asyncio.sleep(0.002)
    await asyncio.sleep(0.3)
    news.close()
    sys.stdout.write(f"{len(told)}")


asyncio.run(main(int(sys.argv[1])))
