"""The programs of `room-display`, put together: the only place that names concrete classes."""
