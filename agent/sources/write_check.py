"""What proves the right to write: an item nobody ever sees, created and removed again.

It stands in the first half hour of 2001, where no view of people or of ours leads, private, in free time, without a
reminder and without attendees. Its subject marks it as ours, so that one that was left behind by a lost connection is
found and removed, by this run or a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.errors import SignInFailed, SourceError
from agent.model.sync import Window

SUBJECT = "room-agent write test (safe to delete)"
WINDOW = Window(datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, 0, 30, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Written:
    """How it went. `refused`: why it could not be created; `left`: why one that may be there could not be removed."""

    refused: SourceError | None = None
    left: SourceError | None = None


def write_and_remove(
    create: Callable[[], None], find: Callable[[], Sequence[str]], remove: Callable[[Sequence[str]], None]
) -> Written:
    """Creates, and whatever comes of that, removes what `find` finds, twice at most. Raises nothing of the source's.

    A refused sign-in ends it at once: nothing was created, and the secret must not be shown again.
    """
    refused: SourceError | None = None
    try:
        create()
    except SignInFailed as error:
        return Written(error)
    except SourceError as error:  # it may be there all the same: the answer was lost
        refused = error
    left: SourceError | None = None
    for _ in range(2):
        try:
            if found := find():
                remove(found)
        except SourceError as error:
            left = error
            if isinstance(error, SignInFailed):
                break
        else:
            return Written(refused)
    return Written(refused, left)
