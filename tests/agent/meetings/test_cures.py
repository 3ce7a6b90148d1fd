"""Why there is no Join button, and what helps."""

from __future__ import annotations

import pytest

from agent.meetings.cures import cure_of
from agent.model.join import NoJoinReason


@pytest.mark.parametrize("reason", list(NoJoinReason))
def test_every_reason_has_a_title_and_says_what_helps(reason: NoJoinReason) -> None:
    cure = cure_of(reason, "en", "room@contoso.example")

    assert cure.title
    assert reason.value not in cure.title
    assert cure.detail.endswith(".")


@pytest.mark.parametrize(
    ("reason", "setting"),
    [
        (NoJoinReason.BODY_DELETED, "-DeleteComments $false"),
        (NoJoinReason.EXTERNAL_MAIL_BLOCKED, "-ProcessExternalMeetingMessages $true"),
    ],
)
def test_settings_of_the_mailbox_come_with_the_exact_command(reason: NoJoinReason, setting: str) -> None:
    command = cure_of(reason, "en", "room@contoso.example").command

    assert command == f"Set-CalendarProcessing -Identity 'room@contoso.example' {setting}"


def test_no_name_of_a_mailbox_leaves_its_quotes() -> None:
    command = cure_of(NoJoinReason.BODY_DELETED, "en", "a'; Remove-Mailbox \u2019b").command

    assert command is not None
    assert "-Identity 'a''; Remove-Mailbox \u2019\u2019b' -DeleteComments" in command
