"""A figure with its goal, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`goal` is what is aimed at on an idle machine."""

    name: str
    value: str
    goal: str


def table(figures: Sequence[Figure]) -> str:
    wide = max(len(figure.name) for figure in figures)
    middle = max(len(figure.value) for figure in figures)
    lines = (f"{each.name:<{wide}}  {each.value:>{middle}}   {each.goal}" for each in figures)
    return "\n".join(lines) + "\n"
