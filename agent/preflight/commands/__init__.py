"""PowerShell for what a check found, filled in with this box's values: to mend it, or to see more. Pure.

What the administrator's scripts do as well is theirs (`agent.powershell`): same scopes, same names.

Every value goes through `quoted`, in filters twice: once as a value in the filter's own language, which doubles single
quotes as well (OPATH; OData 4.01, 5.1.1.6.1), and once as the whole filter.
"""
