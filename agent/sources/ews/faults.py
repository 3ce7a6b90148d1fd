"""Exchange's errors in our words: one table, by exception class.

Messages of the server are never passed on: they may hold addresses, and whole answers. Class names are Exchange's own
response codes and safe to show.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from exchangelib import errors as ews
from spnego.exceptions import SpnegoError

from agent.errors import (
    AccessDenied,
    ConfigError,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
    SyncTokenInvalid,
    WriteConflict,
)
from agent.sources.ews.soap import NotSoapError
from agent.sources.texts import smtp_address
from agent.sources.transport.waits import clamp

_CODES = frozenset(name for name in vars(ews) if name.startswith("Error"))
"""Exchange's response codes: an error of such a class is something Exchange itself has said."""
GONE = (
    ews.ErrorItemNotFound,
    ews.ErrorCalendarOccurrenceIsDeletedFromRecurrence,
    ews.ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange,
    ews.ErrorInvalidId,  # an id of before the mailbox was moved
    ews.ErrorInvalidIdMalformed,
)
"""What Exchange says of an item that is not there, or no longer under this id."""
NO_SUCH_SEARCH = (
    ews.ErrorUnsupportedPathForQuery,
    ews.ErrorUnsupportedQueryFilter,
    ews.ErrorUnsupportedPropertyDefinition,
    ews.ErrorInvalidRestriction,
    ews.ErrorRestrictionTooComplex,
    ews.ErrorInvalidExtendedProperty,
    ews.ErrorInvalidRequest,
    ews.ErrorInvalidSchemaVersionForMailboxVersion,  # what the library makes of the last one
    ews.ErrorInvalidOperation,
    ews.ErrorSchemaValidation,
)
"""What servers say that do not know the question."""
READ_DENIED = "calendar.access_denied"
WRITE_DENIED, WRITE_CONFLICT = "calendar.write_denied", "calendar.write_conflict"
_Row = tuple[tuple[type[Exception], ...], type[SourceError], str, str]

_TABLE: tuple[_Row, ...] = (
    (
        (ews.ErrorPasswordExpired, ews.ErrorPasswordChangeRequired),
        SignInFailed,
        "calendar.password_expired",
        "the service account's password has expired",
    ),
    ((ews.ErrorAccountDisabled,), SignInFailed, "calendar.account_disabled", "an account in the way is disabled"),
    ((ews.UnauthorizedError,), SignInFailed, "calendar.sign_in_failed", "user name or secret refused"),
    (
        (
            ews.ErrorImpersonateUserDenied,
            ews.ErrorImpersonationDenied,
            ews.ErrorImpersonationFailed,
            ews.ErrorInvalidExchangeImpersonationHeaderData,
        ),
        AccessDenied,
        "calendar.impersonation_denied",
        "the service account may not impersonate the room",
    ),
    ((ews.ErrorAccessDenied,), AccessDenied, READ_DENIED, "the room's calendar may not be read"),
    (
        (ews.ErrorNonPrimarySmtpAddress,),
        MailboxNotFound,
        "calendar.non_primary_address",
        "the room's address is an alias; the primary one is needed",
    ),
    (
        (
            ews.ErrorNonExistentMailbox,
            ews.ErrorMissingEmailAddress,
            ews.ErrorInvalidUserPrincipalName,
            ews.ErrorInvalidSmtpAddress,
        ),
        MailboxNotFound,
        "calendar.mailbox_not_found",
        "no mailbox has the room's address",
    ),
    (
        (ews.ErrorNameResolutionNoResults,),
        MailboxNotFound,
        "calendar.room_list_not_found",
        "no room list has this address",
    ),
    (
        (
            ews.RateLimitError,
            ews.ErrorExceededConnectionCount,
            ews.ErrorExceededSubscriptionCount,
            ews.ErrorExceededFindCountLimit,
            ews.ErrorTooManyObjectsOpened,
        ),
        SourceThrottled,
        "calendar.throttled",
        "the server asks us to slow down",
    ),
    ((ews.ErrorTimeoutExpired,), SourceUnavailable, "calendar.server_timeout", "the server ran out of time"),
    (
        (ews.ErrorInvalidSyncStateData, ews.ErrorSyncFolderNotFound),
        SyncTokenInvalid,
        "calendar.sync_token_invalid",
        "the sync state is not known",
    ),
    (
        (
            ews.ErrorIrresolvableConflict,
            ews.ErrorChangeKeyRequired,
            ews.ErrorChangeKeyRequiredForWriteOperations,
            ews.ErrorInvalidChangeKey,
            ews.ErrorStaleObject,
            ews.ErrorCalendarCannotUpdateDeletedItem,
        ),
        WriteConflict,
        WRITE_CONFLICT,
        "the item is not as it was when it was read",
    ),
    (
        (ews.ErrorCreateItemAccessDenied, ews.ErrorSendAsDenied, ews.ErrorRecoverableItemsAccessDenied),
        AccessDenied,
        WRITE_DENIED,
        "the room's mailbox may not be written",
    ),
    (
        (
            ews.ErrorItemSave,
            ews.ErrorItemSavePropertyError,
            ews.ErrorCannotDeleteObject,
            ews.ErrorCalendarDurationIsTooLong,
            ews.ErrorCalendarEndDateIsEarlierThanStartDate,
            ews.ErrorCalendarInvalidPropertyState,
            ews.ErrorCalendarInvalidPropertyValue,
            ews.ErrorInvalidPropertySet,
            ews.ErrorInvalidRecipients,
            ews.ErrorOccurrenceCrossingBoundary,
            ews.ErrorOccurrenceTimeSpanTooBig,
            ews.ErrorPropertyUpdate,
            ews.ErrorPropertyValidationFailure,
            ews.ErrorQuotaExceeded,
            ews.ErrorSubmissionQuotaExceeded,
        ),
        SourceError,
        "calendar.write_refused",
        "the server does not accept what was to be written",
    ),
    ((SpnegoError, PermissionError), SourceUnavailable, "calendar.ntlm_broken", "the NTLM handshake was cut short"),
    (
        (NotSoapError, ews.MalformedResponseError),
        SourceUnavailable,
        "calendar.not_exchange",
        "this is not how Exchange answers; check the endpoint",
    ),
    ((ews.EWSError,), SourceUnavailable, "calendar.server_error", "the server could not do it"),
)


def translate(error: Exception, host: str) -> SourceError:
    """Our error for whatever a call into the library raised. What nobody foresaw is an answer we do not understand."""
    if isinstance(error, SourceError):
        return error
    if isinstance(error, ConfigError):
        return SignInFailed("calendar.secret_missing", str(error))
    if isinstance(error, ews.ErrorServerBusy):
        return _busy(error, host)
    for classes, kind, code, says in _TABLE:
        if isinstance(error, classes):
            name = error.__class__.__name__
            primary = smtp_address(getattr(error, "primary", None)) or ""
            response = name if name in _CODES else ""
            return kind(code, f"{host}: {says} ({name})").hinting(response=response, primary=primary)
    return SourceUnavailable("calendar.not_exchange", f"{host}: the answer makes no sense ({_place(error)})")


def _place(error: Exception) -> str:
    """Class and place of an error nobody foresaw; its text may hold anything."""
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    where = f" at {Path(last.filename).name}:{last.lineno}" if last is not None else ""
    return error.__class__.__name__ + where


def _busy(error: ews.ErrorServerBusy, host: str) -> SourceError:
    """The library raises this for other things too; what it was made of is the error's context (exchange.md 3.9)."""
    cause = error.__context__
    if isinstance(cause, ews.ErrorTimeoutExpired | ews.ErrorInternalServerTransientError):
        return translate(cause, host)
    wait = clamp(error.back_off or 0)
    what = f"{host}: the server is busy and asks us to wait"
    return SourceThrottled("calendar.throttled", what, wait).hinting(response="ErrorServerBusy")
