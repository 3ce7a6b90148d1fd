"""Microsoft Teams, in its layouts of 2024 and 2025."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, urlencode

from agent.demo.invitations.draft import Draft, render
from agent.demo.invitations.ids import grouped
from agent.model.event import Invitation


def teams(draft: Draft) -> Invitation:
    """Teams: the block of 2025 or of 2024 (`classic`), and the properties that Outlook's add-in sets."""
    ids = draft.ids()
    thread, tenant, organizer = ids.base64_guid(), ids.guid(), ids.guid()
    context = quote(f'{{"Tid":"{tenant}","Oid":"{organizer}"}}', safe="")
    url = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0?context={context}"
    number = ids.digits(12 if draft.classic else 15)
    options = urlencode(
        {"organizerId": organizer, "tenantId": tenant, "threadId": f"19_meeting_{thread}@thread.v2", "messageId": "0"}
    )
    body = render(
        "teams_2024.html" if draft.classic else "teams_2025.html",
        draft,
        labels=_LABELS[draft.language],
        url=url,
        short_url=f"https://teams.microsoft.com/meet/{number}?p={ids.text(18)}",
        meeting_id=grouped(number, 3),
        passcode=ids.text(8),
        phone=ids.phone(),
        conference=ids.digits(9),
        options=f"https://teams.microsoft.com/meetingOptions/?{options}",
        pin=f"https://dialin.teams.microsoft.com/{ids.guid()}",
    )
    return Invitation(
        subject=draft.subject,
        location="Microsoft Teams Meeting",
        body=body,
        body_type="html",
        properties={
            "IsOnlineMeeting": True,
            "SkypeTeamsMeetingUrl": url,
            "SkypeTeamsProperties": f'{{"cid":"19:meeting_{thread}@thread.v2","private":true,"type":0,"mid":0}}',
        },
    )


_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "title": "Microsoft Teams meeting",
            "join": "Join:",
            "join_now": "Join the meeting now",
            "meeting_id": "Meeting ID:",
            "passcode": "Passcode:",
            "help": "Need help?",
            "reference": "System reference",
            "organizers": "For organizers:",
            "options": "Meeting options",
        },
        "ja": {
            "title": "Microsoft Teams 会議",
            "join": "参加:",
            "join_now": "今すぐ会議に参加する",
            "meeting_id": "会議 ID:",
            "passcode": "パスコード:",
            "help": "ヘルプが必要ですか?",
            "reference": "システム リファレンス",
            "organizers": "開催者向け:",
            "options": "会議のオプション",
        },
    }
)
