"""A program: what a browser with the policies of this machine shows. Arguments: the profile's folder, a page of this
machine, addresses. It prints one JSON object: the error of each address, or null, and what the page could do."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from display.browsers import chromium
from display.browsers.addresses import Verdict
from display.browsers.kiosk import NEUTRAL, Kiosk, Unreachable


async def look(folder: Path, page: str, addresses: list[str]) -> dict[str, Any]:
    program = chromium.find()
    assert program is not None
    profile = chromium.fresh_profile(folder)
    command = chromium.command(program, role="test", url=NEUTRAL, profile=profile, language="en", covered=True)
    kiosk = await Kiosk.start(command, lambda _: Verdict.EXPECTED)  # the policies alone shall hold it back
    try:
        seen: dict[str, Any] = {"opened": {each: await _error(kiosk, each) for each in addresses}}
        if page:
            await kiosk.show(page)
            await asyncio.sleep(0.5)
            seen["page"] = (await kiosk.page.call("Runtime.evaluate", {"expression": "location.href"}))["result"][
                "value"
            ]
        return seen
    finally:
        await kiosk.close()


async def _error(kiosk: Kiosk, address: str) -> str | None:
    try:
        async with asyncio.timeout(5):
            await kiosk.show(address)
    except (Unreachable, TimeoutError) as error:
        await asyncio.sleep(0.4)  # Chromium 150 dies when an error page is left before it is there
        return str(error)
    return None


if __name__ == "__main__":
    print(json.dumps(asyncio.run(look(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))))  # noqa: T201
