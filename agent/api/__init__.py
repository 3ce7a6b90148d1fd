"""The core's API: JSON and SSE on the unix socket, for front, display and the shell. No TCP, no pages."""
