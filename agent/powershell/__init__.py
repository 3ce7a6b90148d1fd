"""The administrator's PowerShell: scripts that give a box exactly the rights it needs. Pure.

`script(Options(kind=Kind.GRAPH, mailbox=…, …))` is a whole script with its comments; wrong values raise UsageError.
`options_for(config, kind, values)` completes what was asked for by what the configuration knows.
`cures` has the commands that mend one thing, for checks and pages: `impersonation_for(account, room)`,
`application_access(app, room)`, `ews_allowed(app_id)`, `room_list_managed_by(room_list, account)`; they take any value.
`quoting.quoted` is for whoever writes a command of their own.

`quoting.py`: how values are written; `options.py`: what is asked for, and which values may be; `terms.py`: a value or
the variable in its place, and the names of what is made; `tenant.py`, `mailboxes.py`, `accounts.py`, `rights.py`,
`room_lists.py`: the commands; `script.py`: their order and what is said about them. A new cmdlet or parameter goes into
`tests/data/powershell/cmdlets.json` as well, with the page that describes it.
"""

from agent.powershell.asked import options_for
from agent.powershell.options import Kind, Options, Scope, Tenant
from agent.powershell.script import script

__all__ = ["Kind", "Options", "Scope", "Tenant", "options_for", "script"]
