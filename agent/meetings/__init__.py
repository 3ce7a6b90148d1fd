"""From an invitation to how to join: pure text work, nothing is fetched. Start reading at `extract`."""
