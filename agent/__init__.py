"""room-agent: turns a small Linux box behind a meeting-room screen into a room system."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("room-agent")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"
