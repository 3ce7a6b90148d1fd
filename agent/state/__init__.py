"""From everything that is known, and the time, to what the room shows."""
