"""The demo Exchange's control page: a room's day to play with, ways to fail, and what the room asked of Exchange.

app = create_control_app(world, ServerSwitches(server), ControlSettings(room=..., timezone=..., home_url=...))
"""

from __future__ import annotations

from agent.demo.control.app import create_control_app
from agent.demo.control.ports import ExchangeSwitches, Fault, SeenRequest
from agent.demo.control.settings import ControlSettings
from agent.demo.control.switches import ServerSwitches

__all__ = ["ControlSettings", "ExchangeSwitches", "Fault", "SeenRequest", "ServerSwitches", "create_control_app"]
