"""A box to look at without one: the display in a window, with stand-ins for what is missing."""
