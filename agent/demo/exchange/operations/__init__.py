"""The operations: one table, SOAP operation -> function from the call to the element that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.demo.exchange.callers import Call
from agent.demo.exchange.names import Element
from agent.demo.exchange.operations.directory import get_room_lists, get_rooms, resolve_names
from agent.demo.exchange.operations.find import find_item
from agent.demo.exchange.operations.folders import get_folder
from agent.demo.exchange.operations.notify import get_events, subscribe, unsubscribe
from agent.demo.exchange.operations.read import get_item
from agent.demo.exchange.operations.server_facts import convert_id, get_server_time_zones
from agent.demo.exchange.operations.sync import sync_folder_items
from agent.demo.exchange.operations.write import create_item, delete_item, update_item

Operation = Callable[[Call], Element]

OPERATIONS: Mapping[str, Operation] = {
    "ConvertId": convert_id,
    "CreateItem": create_item,
    "DeleteItem": delete_item,
    "FindItem": find_item,
    "GetEvents": get_events,
    "GetFolder": get_folder,
    "GetItem": get_item,
    "GetRoomLists": get_room_lists,
    "GetRooms": get_rooms,
    "GetServerTimeZones": get_server_time_zones,
    "ResolveNames": resolve_names,
    "Subscribe": subscribe,
    "SyncFolderItems": sync_folder_items,
    "Unsubscribe": unsubscribe,
    "UpdateItem": update_item,
}
"""GetStreamingEvents is not in the table: its answer is a stream (`exchange.streaming`)."""
