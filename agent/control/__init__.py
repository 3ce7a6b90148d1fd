"""Room control: what the room does to its own calendar, safely and with a trail."""
