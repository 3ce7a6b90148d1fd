"""The window manager."""
