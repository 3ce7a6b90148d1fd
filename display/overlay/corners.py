"""A window with round corners, as the Shape extension takes it: without a compositor a pixel is either ours or not."""

from __future__ import annotations

from math import sqrt

Rows = list[tuple[int, int, int, int]]


def rounded(width: int, height: int, radius: int) -> Rows:
    """Rectangles (x, y, width, height) that make up a rectangle with round corners, from top to bottom."""
    radius = max(min(radius, width // 2, height // 2), 0)
    insets = [round(radius - sqrt(radius**2 - (radius - row - 0.5) ** 2)) for row in range(radius)]
    top = [(inset, row, width - 2 * inset, 1) for row, inset in enumerate(insets)]
    low = [(inset, height - 1 - row, width - 2 * inset, 1) for row, inset in reversed(list(enumerate(insets)))]
    return [*top, (0, radius, width, height - 2 * radius), *low]
