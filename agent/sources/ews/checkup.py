"""What a preflight asks of EWS beside the calendar: sign-in alone, whose mailbox it is, the right to write."""

from __future__ import annotations

from collections.abc import Sequence

from exchangelib.errors import ErrorNameResolutionNoResults
from exchangelib.util import create_element
from lxml import etree

from agent.errors import SignInFailed, SourceError, SourceThrottled
from agent.model.directory import MailboxKind
from agent.ports import Clock
from agent.sources.ews.fields import SUBJECT_URIS
from agent.sources.ews.hidden_item import CreateHiddenItem, DeleteItems
from agent.sources.ews.services import FindNames, ListRoomLists, ViewCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.soap import TYPES
from agent.sources.ews.source import EwsSource
from agent.sources.texts import line
from agent.sources.transport.adapter import Traffic
from agent.sources.write_check import SUBJECT, WINDOW, Written, write_and_remove

_MOST_LEFT = 25
_OF_PEOPLE = ("GivenName", "Surname", "Manager")
"""Directory fields that people have and rooms do not."""


class EwsCheckup:
    """One account's connection, shared with its `source`; see `agent.preflight.mailbox.visit.Checkup`."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self.source = EwsSource(settings, clock)
        self._call = self.source.calls
        self._address = settings.mailbox

    @property
    def traffic(self) -> Traffic:
        return self._call.transport.traffic

    def sign_in(self) -> None:
        """Asks for the room lists, which needs neither room nor impersonation: whatever Exchange itself answers, it has
        let us in."""
        try:
            self._call(ListRoomLists(self._call.account))
        except (SignInFailed, SourceThrottled):
            raise
        except SourceError as error:
            if "response" not in error.hints:
                raise

    def kind(self) -> MailboxKind:
        """By what the directory tells of people: EWS has no word for the kind of a mailbox."""
        service = DescribeName(self._call.account)
        found = self._call(lambda: service(f"smtp:{self._address}"))
        return MailboxKind.USER if any(found) else MailboxKind.UNKNOWN

    def owners(self) -> int | None:
        """EWS knows nothing of app registrations."""
        return None

    def try_writing(self) -> Written:
        return write_and_remove(self._create, self._find, self._remove)

    def close(self) -> None:
        self.source.close()

    def _create(self) -> None:
        service = CreateHiddenItem(account=self._call.account)
        self._call(lambda: service(WINDOW, SUBJECT))

    def _find(self) -> Sequence[str]:
        service = ViewCalendar(account=self._call.account)
        view = self._call(lambda: service(WINDOW, _MOST_LEFT, SUBJECT_URIS))
        return [item.item_id for item in view.items if item.item_id and item.texts.get("Subject") == SUBJECT]

    def _remove(self, item_ids: Sequence[str]) -> None:
        service = DeleteItems(account=self._call.account)
        self._call(lambda: service(item_ids))


class DescribeName(FindNames):
    """ResolveNames with what the directory knows of a contact."""

    ERRORS_TO_CATCH_IN_RESPONSE = (ErrorNameResolutionNoResults,)

    def __call__(self, name: str) -> tuple[bool, ...]:  # type: ignore[override]
        """For each match whether it looks like a person."""
        scope = {"ReturnFullContactData": "true", "SearchScope": "ActiveDirectory"}
        payload = create_element("m:ResolveNames", attrs=scope)
        entry = create_element("m:UnresolvedEntry")
        entry.text = name
        payload.append(entry)
        return tuple(found for found in self._get_elements(payload) if isinstance(found, bool))

    @classmethod
    def _get_elements_in_container(cls, container: etree._Element) -> list[bool]:  # type: ignore[override]
        return [
            any(line(contact.findtext(f"{TYPES}{field}"), 64) for field in _OF_PEOPLE)
            for contact in container.iter(f"{TYPES}Contact")
        ]
