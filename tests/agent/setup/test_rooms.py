"""Rooms as CSV, out and in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.directory import Mailbox
from agent.setup.rooms import MAX_CSV, RoomRow, RowProblem, read, written

LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn", "Co"]), max_size=20)


@pytest.mark.parametrize("text", [
    "name,address,list\r\nSan Jose,sj@contoso.example,a@contoso.example\r\n",
    "\ufeffName;Address;List\nSan Jose;sj@contoso.example;a@contoso.example\n",
    "list\taddress\tname\tcolour\na@contoso.example\tsj@contoso.example\tSan Jose\tblue",
])  # fmt: skip
def test_what_spreadsheets_write_is_read(text: str) -> None:
    assert read(text) == ((RoomRow("San Jose", "sj@contoso.example", "a@contoso.example"),), ())


@given(st.lists(st.tuples(LINE, LINE, LINE)))
def test_no_cell_that_is_written_begins_a_formula(rows: list[tuple[str, str, str]]) -> None:
    text = written((Mailbox(name, address), room_list) for name, address, room_list in rows)
    cells = [cell for row in list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:] for cell in row]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@given(st.lists(LINE, unique_by=str.lower, max_size=5))
def test_what_is_written_is_read_again(names: list[str]) -> None:
    rooms = [(Mailbox(name, f"room{index}@contoso.example"), "") for index, name in enumerate(names)]

    assert read(written(rooms)) == (tuple(RoomRow(room.name, room.address, "") for room, _ in rooms), ())


@given(st.text(max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    rooms, problems = read(text)

    assert all(each.address for each in rooms)
    assert all(each.line >= 1 for each in problems)


def test_mistakes_are_named_by_line_and_the_rest_is_taken() -> None:
    text = "address\nsj@contoso.example\nnobody\n\nSJ@contoso.example\na b@contoso.example\n\u0441j@contoso.example\n"
    rooms, problems = read(text)

    assert [each.address for each in rooms] == ["sj@contoso.example"]
    assert problems == (
        RowProblem(3, "setup.mailbox_wrong"),
        RowProblem(6, "setup.mailbox_wrong"),
        RowProblem(7, "setup.field_lookalike"),
    )


def test_a_file_without_an_address_column_or_too_large_is_refused_whole() -> None:
    assert read("name,list\na,b\n")[1] == (RowProblem(1, "setup.csv_columns"),)
    assert read("x" * (MAX_CSV + 1))[1] == (RowProblem(1, "setup.csv_long"),)
    assert read('address\n"' + "x" * 200_000 + '"\n')[1][0].code == "setup.csv_wrong"
