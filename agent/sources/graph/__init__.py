"""Microsoft Graph: so far how an event's invitation is read; the source itself is not there yet."""
