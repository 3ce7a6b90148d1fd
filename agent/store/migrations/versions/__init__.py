"""One file for each step, immutable once released."""
