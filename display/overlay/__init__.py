"""What the shell itself shows: the bar of a meeting, messages, the safe page."""
