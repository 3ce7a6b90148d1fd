"""What a page may not do: leave the public web, open windows, ask in dialogs, download. The policy folders say much of
the same; what is here holds without them too, and is noticed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from display.browsers.addresses import Rules, Verdict
from display.browsers.cdp import BrowserError, Connection

log = logging.getLogger(__name__)

POPUP = "display.popup_blocked"
DIALOG = "display.dialog_answered"
DOWNLOAD = "display.download_blocked"
ADDRESS = "display.address_blocked"
OTHER_HOST = "display.other_host"

_NO_OTHER_PROGRAM = """
navigation.addEventListener("navigate", (event) => {
  if (!/^(https?|blob|data|about|javascript):/.test(event.destination.url)) event.preventDefault();
});
"""
"""A link for another program ("zoommtg:") would bring up Chromium's own question in front of the page. A blocked scheme
of URLBlocklist would put an error page in its place (measured with Chromium 150), so the page never gets that far.
Frames' first navigations have no such event: there the policy's error page does no harm."""

_DOCUMENTS = {"patterns": [{"urlPattern": "*", "resourceType": "Document", "requestStage": "Request"}]}


class Guard:
    """Answers what a browser asks on behalf of its pages. `rules` may be replaced at any time."""

    def __init__(self, rules: Rules, noticed: Callable[[str], None]) -> None:
        self.rules = rules
        self._noticed = noticed
        self._answers = set[asyncio.Task[None]]()

    async def watch_browser(self, pipe: Connection) -> None:
        """Before its first page is used. Raises BrowserError."""
        await pipe.call("Browser.setDownloadBehavior", {"behavior": "deny", "eventsEnabled": True})

    async def watch_page(self, pipe: Connection, session: str) -> None:
        """Before the page goes anywhere. Raises BrowserError."""
        await pipe.call("Fetch.enable", _DOCUMENTS, session)
        await pipe.call("Page.enable", session=session)
        script = {"source": _NO_OTHER_PROGRAM, "worldName": "room", "runImmediately": True}
        await pipe.call("Page.addScriptToEvaluateOnNewDocument", script, session)

    def watch_frame(self, pipe: Connection, session: str) -> None:
        """A frame from another site: what it loads is looked at as well."""
        self._answer(pipe, "Fetch.enable", _DOCUMENTS, session)

    def close_popup(self, pipe: Connection, target: str) -> None:
        """A window that is not the page's."""
        self._answer(pipe, "Target.closeTarget", {"targetId": target})
        self._noticed(POPUP)

    def event(self, pipe: Connection, method: str, params: Mapping[str, Any], session: str) -> None:
        """Take an event of the browser."""
        match method:
            case "Fetch.requestPaused":
                self._request(pipe, params, session)
            case "Page.javascriptDialogOpening":
                self._answer(pipe, "Page.handleJavaScriptDialog", {"accept": True}, session)
                self._noticed(DIALOG)
            case "Browser.downloadWillBegin":
                self._noticed(DOWNLOAD)
            case "Page.frameScheduledNavigation" if self.rules(params["url"]) is Verdict.BLOCKED:
                self._noticed(ADDRESS)  # Chromium itself refuses file: and chrome: to pages

    def _request(self, pipe: Connection, params: Mapping[str, Any], session: str) -> None:
        verdict = self.rules(params["request"]["url"])
        request = {"requestId": params["requestId"]}
        if verdict is Verdict.BLOCKED:
            # Aborted leaves the page as it is; every other reason puts an error page in its place.
            self._answer(pipe, "Fetch.failRequest", request | {"errorReason": "Aborted"}, session)
            self._noticed(ADDRESS)
        else:
            self._answer(pipe, "Fetch.continueRequest", request, session)

    def _answer(self, pipe: Connection, method: str, params: Mapping[str, Any], session: str = "") -> None:
        task = asyncio.create_task(_call(pipe, method, params, session))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


async def _call(pipe: Connection, method: str, params: Mapping[str, Any], session: str) -> None:
    try:
        await pipe.call(method, params, session)
    except BrowserError as error:
        log.debug("%s: %s", method, error)  # the page is gone already, as a rule
