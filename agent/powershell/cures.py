"""Single commands that mend one thing, for a check or a page: one line each, filled in, with the scripts' names.

Values may be anything: they are quoted, and one that is empty is shown as an example to be replaced.
"""

from __future__ import annotations

from agent.powershell import rights, room_lists, tenant, terms
from agent.powershell.terms import Term


def scope_name(room: str) -> str:
    """What the scope is called that has this room in it and nothing else."""
    return str(_named(_known(terms.room(room)).text))


def scope(room: str) -> str:
    """That scope, made."""
    where = _known(terms.room(room))
    return rights.new_scope(_named(where.text), rights.only(where))


def impersonation_for(account: str, room: str) -> str:
    """The account may act as this room and as nobody else. Exchange Server only."""
    who, where = _known(terms.account(account)), _known(terms.room(room))
    assignment = _named(where.text, "exchange", who.text)
    return f"{scope(room)}; {rights.impersonation(who, _named(where.text), assignment)}"


def application_access(app: str, room: str, role: str = rights.CALENDARS) -> str:
    """The app, by either of its ids, may use this role on this room and on no other mailbox. Exchange Online only."""
    who, where = _known(terms.object_id(app)), _known(terms.room(room))
    kind = "exchange" if role == rights.EWS_AS_APP else "graph"
    assignment = _named(where.text, kind, who.text)
    return f"{scope(room)}; {rights.application(who, role, _named(where.text), assignment)}"


def application_check(app: str, room: str) -> str:
    """What the app may do with the room. Past Exchange's caches: it answers at once."""
    return f"{rights.authorization(_known(terms.object_id(app)), _known(terms.room(room)))} | ft"


def ews_allowed(app_id: str) -> str:
    """EWS in Exchange Online for this app, besides those that are allowed already."""
    return "; ".join(tenant.allow_ews(_known(terms.app_id(app_id))))


def room_list_managed_by(room_list: str, account: str) -> str:
    """The account may read the list."""
    shown = room_list or "building-1@contoso.example"
    return room_lists.managed_by(terms.room_list(shown), str(_known(terms.account(account))))


def _known(term: Term) -> Term:
    return term if term.text else Term(term.example, term.variable, term.example, term.hint)


def _named(*parts: str) -> Term:
    return Term(terms.name(*parts), "Name", "", "")
