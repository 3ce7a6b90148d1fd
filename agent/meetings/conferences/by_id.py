"""Links that open a meeting by nothing but its id. Source: join-providers.md 2 and 3, the paths of the table.

Webex is missing for a reason: its numbers lead nowhere without the organiser's site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.meetings import urls
from agent.meetings.urls import Url


@dataclass(frozen=True, slots=True)
class IdForm:
    """`fits`: what an id of this service looks like. `with_passcode`: the link that carries the passcode too, if there
    is one. `unnamed`: offered for an id alone; others only where the service is named beside it."""

    slug: str
    fits: re.Pattern[str]
    link: str
    with_passcode: str = ""
    unnamed: bool = True

    def links(self, meeting_id: str, passcode: str | None) -> list[Url]:
        """Addresses for this id, best first; none when it is no id of this service."""
        if self.fits.fullmatch(meeting_id) is None:
            return []
        number = passcode if passcode is not None and passcode.isascii() and passcode.isdigit() else ""
        texts = [self.with_passcode] if self.with_passcode and number else []
        parsed = (urls.parse(text.format(id=meeting_id, passcode=number)) for text in (*texts, self.link))
        return [url for url in parsed if url is not None]


def _form(slug: str, fits: str, link: str, with_passcode: str = "", *, unnamed: bool = True) -> IdForm:
    return IdForm(slug, re.compile(fits), link, with_passcode, unnamed)


ID_FORMS: tuple[IdForm, ...] = (
    _form("google-meet", r"[a-z]{3}-[a-z]{4}-[a-z]{3}", "https://meet.google.com/{id}"),
    _form("zoom", r"[0-9]{9,11}", "https://zoom.us/j/{id}"),
    _form("microsoft-teams", r"9[0-9]{12}", "https://teams.live.com/meet/{id}"),
    _form("microsoft-teams", r"[0-9]{12,15}", "https://teams.microsoft.com/meet/{id}"),
    _form("goto", r"[0-9]{9}", "https://meet.goto.com/{id}"),
    _form("yandex-telemost", r"[0-9]{14}", "https://telemost.yandex.ru/j/{id}"),
    _form("feishu", r"[0-9]{9}", "https://vc.feishu.cn/j/{id}"),
    _form("lark", r"[0-9]{9}", "https://vc.larksuite.com/j/{id}"),
    _form("ringcentral", r"[0-9]{9,15}", "https://v.ringcentral.com/join/{id}", unnamed=False),
    _form("amazon-chime", r"[0-9]{10}", "https://chime.aws/{id}", unnamed=False),
    _form("tencent-meeting", r"[0-9]{9,10}", "https://meeting.tencent.com/p/{id}", unnamed=False),
    _form("zoho", r"[0-9]{8,12}", "https://meeting.zoho.com/meeting/join?key={id}", unnamed=False),
    _form("vonage", r"[0-9]{9}", "https://meetings.vonage.com/{id}", unnamed=False),
    _form("starleaf", r"[0-9]{3,15}", "https://meet.starleaf.com/{id}", unnamed=False),
    _form("zhumu", r"[0-9]{8,12}", "https://welink.zhumu.com/j/{id}", unnamed=False),
    _form(
        "lifesize",
        r"[0-9]{3,12}",
        "https://call.lifesizecloud.com/{id}",
        "https://call.lifesizecloud.com/{id}/{passcode}",
        unnamed=False,
    ),
    _form(
        "bluejeans",
        r"[0-9]{3,18}",
        "https://bluejeans.com/{id}",
        "https://bluejeans.com/{id}/{passcode}",
        unnamed=False,
    ),
)
"""The likeliest first, where an id fits several."""
