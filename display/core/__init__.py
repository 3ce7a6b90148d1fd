"""The core as the display knows it: JSON over its unix socket."""
