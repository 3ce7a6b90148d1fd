"""Rooms as CSV, out and in: to prepare a fleet. Pure.

Spreadsheets read cells that begin with = + - @ as formulas, whoever wrote them: such a cell gets an apostrophe in front
(OWASP, CSV injection), which is taken away again when it comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.model.directory import Mailbox
from agent.setup.fields import Field, Kind, Refused, cleaned

COLUMNS = ("name", "address", "list")
MAX_CSV = 5 * 1024 * 1024
MAX_ROWS = 20_000
_MAX_ERRORS = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NAME = Field("name", Kind.TEXT)
_ADDRESS = Field("address", Kind.ADDRESS)


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room and the list it stands in; both texts may be empty, not the address."""

    name: str
    address: str
    list: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line that is no room, counted from 1, and why, by a code of `agent/texts`."""

    line: int
    code: str


def written(rooms: Iterable[tuple[Mailbox, str]]) -> str:
    """Rooms with the list each stands in, for spreadsheets: with a BOM, by which they know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for room, room_list in rooms:
        writer.writerow([_harmless(cell) for cell in (room.name, room.address, room_list)])
    return f"\ufeff{text.getvalue()}"


def read(text: str) -> tuple[Sequence[RoomRow], Sequence[RowProblem]]:
    """Rooms of a CSV with commas, semicolons or tabs, whose header names the columns, and what could not be read."""
    if len(text) > MAX_CSV:
        return (), (RowProblem(1, "setup.csv_long"),)
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rooms: dict[tuple[str, str], RoomRow] = {}
    problems: list[RowProblem] = []
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        if "address" not in columns:
            return (), (RowProblem(1, "setup.csv_columns"),)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            found = _row(dict(zip(columns, cells, strict=False)))
            if isinstance(found, RoomRow):
                rooms.setdefault((found.address.lower(), found.list.lower()), found)
            else:
                problems.append(RowProblem(reader.line_num, found))
            if len(rooms) > MAX_ROWS or len(problems) >= _MAX_ERRORS:
                problems.append(RowProblem(reader.line_num, "setup.csv_long"))
                break
    except csv.Error:
        problems.append(RowProblem(reader.line_num, "setup.csv_wrong"))
    return tuple(rooms.values()), tuple(problems)


def _row(cells: dict[str, str]) -> RoomRow | str:
    """The room, or the code of what is wrong with it."""
    try:
        name, address, room_list = (
            cleaned(field, _plain(cells.get(column, "")))
            for column, field in (("name", _NAME), ("address", _ADDRESS), ("list", _NAME))
        )
    except Refused as refused:
        return refused.code
    local, _, domain = address.rpartition("@")
    if not local or not domain or any(each.isspace() for each in address) or "@" in local:
        return "setup.mailbox_wrong"
    return RoomRow(name, address, room_list)


def _harmless(cell: str) -> str:
    line = " ".join(cell.split())
    return f"'{line}" if line.startswith((*_FORMULA, "'")) else line


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
