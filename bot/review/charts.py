"""Pictures of numbers as plain SVG, drawn here: no script, no inline style, and always with a table beside them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 44, 28, 12


@dataclass(frozen=True)
class Bar:
    """One rectangle; `series` names its colour in the stylesheet."""

    x: float
    y: float
    width: float
    height: float
    series: str
    told: str


@dataclass(frozen=True)
class Chart:
    """Everything a template needs. lines: (y, number); labels: (x, text)."""

    bars: list[Bar]
    lines: list[tuple[float, int]]
    labels: list[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def stacked(columns: Sequence[tuple[str, Sequence[tuple[str, int]]]], every: int = 1) -> Chart:
    """columns: (label, [(series, number), ...]) from left to right; a label under each `every`-th."""
    top = _round(max((sum(n for _, n in parts) for _, parts in columns), default=0))
    step = (WIDTH - LEFT) / max(1, len(columns))
    scale = (HEIGHT - BOTTOM - TOP) / top
    bars, labels = [], []
    for at, (label, parts) in enumerate(columns):
        x, y = LEFT + at * step + step * 0.12, float(HEIGHT - BOTTOM)
        for series, number in parts:
            y -= number * scale
            if number:
                told = f"{label}: {number} {series}"
                size = (round(step * 0.76, 1), round(number * scale, 1))
                bars.append(Bar(round(x, 1), round(y, 1), *size, series, told))
        if at % every == 0:
            labels.append((round(x + step * 0.38, 1), label))
    lines = [(round(HEIGHT - BOTTOM - top * part * scale, 1), round(top * part)) for part in (0, 0.5, 1)]
    return Chart(bars, lines, labels)


def _round(most: int) -> int:
    """A round number at the top of the scale, even so that its half is whole."""
    for unit in (2, 4, 10, 20, 40, 100, 200, 400, 1000, 2000, 10_000):
        if most <= 5 * unit:
            return max(unit, ceil(most / unit) * unit)
    return ceil(most / 10_000) * 10_000
