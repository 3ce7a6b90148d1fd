"""Configuration: `config.toml` as frozen values (design: every key has a default, a unit and one sentence).

`load` gives a `Config` or a `ConfigError` that lists everything wrong with the file; nothing else reads configuration.
"""

from agent.config.model import Config
from agent.config.reading import load, table
from agent.config.showing import show_config, show_for_support
from agent.config.values import split_listen

__all__ = ["Config", "load", "show_config", "show_for_support", "split_listen", "table"]
