"""Which meeting, when there are several. The order is the one of the join case format; one reason per rule:

the location is typed by the organiser; a pasted third-party invitation is meant, while Outlook adds Teams by itself;
a property is newer than the text; quoted text is history.
"""

from __future__ import annotations

from agent.meetings.candidates import BODY, Candidate, Material, Source, by_identity
from agent.meetings.same_meeting import Group, united

_AFTER_TEAMS = "skype-for-business"
_TEAMS = "microsoft-teams"


def ranked(material: Material) -> list[Group]:
    """The meetings, best first, of each the links by precedence."""
    pasted_wins = all(one.meeting.conference.built_in for one in material.candidates if one.source is Source.PROPERTY)
    teams = {one.source for one in material.candidates if one.meeting.conference.slug == _TEAMS}

    def precedence(one: Candidate) -> tuple[int, bool, int]:
        conference = one.meeting.conference
        pasted = one.source is Source.CURRENT and pasted_wins and not conference.built_in
        after_teams = conference.slug == _AFTER_TEAMS and one.source in teams
        return (_STEP[one.source] if not pasted else _PASTED, after_teams and one.source in BODY, one.order)

    groups = [sorted(group, key=precedence) for group in united(list(by_identity(material.candidates)), material)]
    groups.sort(key=lambda group: precedence(group[0]))
    return groups


def best_link(group: Group) -> Candidate:
    """Of several links to one meeting the one that carries the token; then the one found first by precedence."""
    return min(group, key=lambda one: one.meeting.rank)


def in_body(group: Group) -> Candidate | None:
    """The link of this meeting in the body whose surroundings describe it: current before quoted."""
    members = [one for one in group if one.source in BODY]
    return min(members, key=lambda one: (one.source, one.order), default=None)


_STEP = {Source.LOCATION: 0, Source.PROPERTY: 2, Source.CURRENT: 3, Source.QUOTED: 4, Source.SUBJECT: 5}
_PASTED = 1
