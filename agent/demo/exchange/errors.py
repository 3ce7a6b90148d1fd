"""How the server says no: an error of one response message, or a SOAP fault of the whole request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.demo import world as w
from agent.demo.exchange.names import Element, t

# Response code -> the sentence Exchange sends with it (codes whose text a client may show).
TEXTS: Mapping[str, str] = {
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorCalendarDurationIsTooLong": "The calendar item duration is too long.",
    "ErrorCalendarEndDateIsEarlierThanStartDate": "EndDate is earlier than StartDate",
    "ErrorCalendarIsCancelledForDecline": "Calendar item is a cancelled meeting.",
    "ErrorCalendarIsNotOrganizer": "You must be the organizer to perform this action.",
    "ErrorCalendarIsOrganizerForAccept": "Calendar item is organized by the requesting user.",
    "ErrorCalendarIsOrganizerForDecline": "Calendar item is organized by the requesting user.",
    "ErrorCalendarIsOrganizerForTentative": "Calendar item is organized by the requesting user.",
    "ErrorCalendarInvalidRecurrence": "The recurrence is invalid.",
    "ErrorCalendarMeetingRequestIsOutOfDate": "The meeting request is out of date.",
    "ErrorCalendarViewRangeTooBig": "The specified view range exceeds the maximum range of two years.",
    "ErrorFolderNotFound": "The specified folder could not be found in the store.",
    "ErrorImpersonateUserDenied": "The account does not have permission to impersonate the requested user.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "ErrorInvalidSubscription": "Subscription is invalid.",
    "ErrorInvalidSyncStateData": "Synchronization state data is corrupt or otherwise invalid.",
    "ErrorInvalidWatermark": "The watermark used for creating this subscription was not found.",
    "ErrorIrresolvableConflict": "The send or update operation could not be performed because the change key "
    "passed in the request does not match the current change key for the item.",
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorMissingEmailAddress": "When making a request as an account that does not have a mailbox, you must specify "
    "the mailbox primary SMTP address for any distinguished folder Ids.",
    "ErrorNameResolutionNoResults": "No results were found.",
    "ErrorNameResolutionMultipleResults": "Multiple results were found.",
    "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
    "ErrorNonPrimarySmtpAddress": "The primary SMTP address must be specified when referencing a mailbox.",
    "ErrorOccurrenceCrossingBoundary": "Cannot modify the occurrence: it would cross or overlap its neighbour.",
    "ErrorServerBusy": "The server cannot service this request right now. Try again later.",
    "ErrorSubscriptionNotFound": "The specified subscription was not found.",
    "ErrorUnsupportedPathForQuery": "The property cannot be used in a restriction.",
}


class EwsError(Exception):
    """One response message of class Error. `details` go into MessageXml."""

    def __init__(self, code: str, text: str | None = None, details: Sequence[Element] = ()) -> None:
        self.code = code
        self.text = TEXTS.get(code, f"The request failed: {code}.") if text is None else text
        self.details = tuple(details)
        super().__init__(f"{code}: {self.text}")


class SoapFault(EwsError):
    """The whole request fails: HTTP 500 with a SOAP fault."""


def schema_violation(violation: str, line: int = 1) -> SoapFault:
    """What Exchange answers to a request its schema does not allow."""
    return SoapFault(
        "ErrorSchemaValidation",
        "The request failed schema validation.",
        (t("LineNumber", str(line)), t("LinePosition", "1"), t("Violation", violation)),
    )


def server_busy(back_off_ms: int) -> SoapFault:
    return SoapFault("ErrorServerBusy", details=(t("Value", str(back_off_ms), Name="BackOffMilliseconds"),))


_OF_WORLD: Sequence[tuple[type[w.WorldError], str]] = (
    (w.MalformedId, "ErrorInvalidIdMalformed"),
    (w.UnknownMailbox, "ErrorNonExistentMailbox"),
    (w.OutOfDate, "ErrorCalendarMeetingRequestIsOutOfDate"),
    (w.OccurrenceCrossing, "ErrorOccurrenceCrossingBoundary"),
    (w.InvalidRecurrence, "ErrorCalendarInvalidRecurrence"),
)


def from_world(error: w.WorldError) -> EwsError:
    """The response code for what the organisation refused."""
    match error:
        case w.InvalidBooking() if not isinstance(error, w.InvalidRecurrence):
            return EwsError("ErrorCalendarEndDateIsEarlierThanStartDate", str(error))
        case w.NotAnswerable():
            return EwsError("ErrorInvalidOperation", str(error))
    return EwsError(next((code for kind, code in _OF_WORLD if isinstance(error, kind)), "ErrorItemNotFound"))
