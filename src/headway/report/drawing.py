"""Curves as inline SVG: axes, lines with their intervals, markers, and labels at the ends of lines.

A panel is drawn 360 px wide, the width of a phone, so that its text is never scaled down.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.report.standing import Point
from headway.report.words import escaped, with_interval

WIDTH, HEIGHT = 360, 236
LEFT, RIGHT, TOP, BOTTOM = 34, 252, 26, 194
"""The edges of the plot; labels stand to its right."""
LABEL_GAP = 15
MANY_POINTS = 16
"""Beyond this many points a line has a band for its intervals, and no markers."""
MARKERS = {
    "circle": "m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0",
    "square": "m-3.2 -3.2h6.4v6.4h-6.4z",
    "diamond": "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z",
    "triangle": "m0 -4.4l4.3 7.6h-8.6z",
    "cross": "m-3.2 -3.2l6.4 6.4m0 -6.4l-6.4 6.4",
}


@dataclass(frozen=True)
class Axis:
    """What an axis spans, where it has ticks, and what it says."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    doubling: bool = False
    """Whether equal steps are doublings (a log2 axis)."""

    def place(self, value: float) -> float:
        """Where a value lies between the ends of the axis, from 0 to 1; values beyond an end are put on it."""
        low, high, value = (math.log2(end) if self.doubling else end for end in (self.low, self.high, value))
        return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5


@dataclass(frozen=True)
class Curve:
    """One line: `kind` is its colour and stroke in the style sheet, `seeds` the thin lines behind a mean."""

    label: str
    kind: str
    marker: str
    points: tuple[Point, ...]
    seeds: tuple[tuple[Point, ...], ...] = ()
    aside: tuple[Point, ...] = ()
    """Measured, and not gone on from: crosses beside the line."""

    def in_words(self, unit: str) -> str:
        """Every point with its interval, for those who hear the page."""
        points = "; ".join(f"{point.x:g}: {with_interval(point.estimate)}" for point in self.points)
        return f"{self.label} by {unit}: {points}."


@dataclass(frozen=True)
class Label:
    """Words at the right edge, at the height of a value."""

    y: float
    text: str
    kind: str


@dataclass(frozen=True)
class Plot:
    """A pair of axes, and what can be drawn on them."""

    x: Axis
    y: Axis

    def svg(self, title: str, parts: Sequence[str], labels: Sequence[Label]) -> str:
        """The whole picture; `title` says it in words."""
        inside = "".join((self._frame(), *parts, self._labels(labels)))
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escaped(title)}">{inside}</svg>'

    def curve(self, curve: Curve, shift: float = 0.0) -> str:
        """Thin lines for seeds, then intervals, the line, its markers, and crosses for rounds set aside.

        `shift` [px] moves the intervals a little aside, so that those of two lines do not cover each other.
        """
        dense = len(curve.points) > MANY_POINTS
        parts = [_path("seed", self._line(points)) for points in curve.seeds]
        if dense:
            parts.append(_path("band", self._band(curve.points)))
        else:
            parts.append(_path("whisker", "".join(self._whisker(point, shift) for point in curve.points)))
        parts.append(_path("line", self._line(curve.points)))
        parts.append(_path("leader", self._leader(curve.points)))
        parts.append(_path("mark", self._marks(() if dense else curve.points, curve.marker)))
        parts.append(_path("aside", self._marks(curve.aside, "cross")))
        return f'<g class="{curve.kind}">{"".join(parts)}</g>'

    def faint(self, points: Sequence[Point]) -> str:
        """A line for comparison, without marks of its own."""
        return _path("faint", self._line(points))

    def gap(self, upper: Sequence[Point], lower: Sequence[Point], kind: str) -> str:
        """The area where `upper` lies above `lower`, over the points that both have."""
        below = {point.x: point.estimate.value for point in lower}
        pairs = [(point.x, point.estimate.value, below[point.x]) for point in upper if point.x in below]
        areas = (self._area(corners) for corners in (_above(*pair) for pair in pairwise(pairs)) if len(corners) > 2)
        return f'<g class="{kind}">{_path("gap", "".join(areas))}</g>'

    def upright(self, x: float, text: str, height: float = BOTTOM - 8) -> str:
        """A dotted line at `x` with words at a height [px] beside it, on whichever side has more room."""
        across = self._across(x)
        left = across > (LEFT + RIGHT) / 2
        anchor, offset = ("end", -5) if left else ("start", 5)
        return (
            f'<path class="upright" d="M{across:.1f} {TOP}V{BOTTOM}"/>'
            f'<text class="note" x="{across + offset:.1f}" y="{height}" text-anchor="{anchor}">'
            f"{escaped(text)}</text>"
        )

    def _frame(self) -> str:
        grid = "".join(f"M{LEFT} {self._down(value):.1f}H{RIGHT}" for value, _ in self.y.ticks)
        marks = "".join(f"M{self._across(value):.1f} {BOTTOM}v4" for value, _ in self.x.ticks)
        rows = "".join(
            f'<text x="{LEFT - 6}" y="{self._down(value) + 4:.1f}" text-anchor="end">{text}</text>'
            for value, text in self.y.ticks
        )
        columns = "".join(
            f'<text x="{self._across(value):.1f}" y="{BOTTOM + 17}" text-anchor="middle">{text}</text>'
            for value, text in self.x.ticks
        )
        titles = (
            f'<text x="0" y="11">{escaped(self.y.title)}</text>'
            f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escaped(self.x.title)}</text>'
        )
        return f'{_path("grid", grid)}{_path("ticks", marks)}<g class="axis">{rows}{columns}{titles}</g>'

    def _labels(self, labels: Sequence[Label]) -> str:
        ordered = sorted(labels, key=lambda label: -label.y)
        heights = spread([self._down(label.y) for label in ordered], TOP, BOTTOM, LABEL_GAP)
        return "".join(
            f'<text class="label {label.kind}" x="{RIGHT + 9}" y="{height + 4:.1f}">{escaped(label.text)}</text>'
            for label, height in zip(ordered, heights, strict=True)
        )

    def _line(self, points: Sequence[Point]) -> str:
        return "".join(
            f"{'L' if place else 'M'}{self._across(point.x):.1f} {self._down(point.estimate.value):.1f}"
            for place, point in enumerate(points)
        )

    def _band(self, points: Sequence[Point]) -> str:
        return self._area(
            [(point.x, point.estimate.high) for point in points]
            + [(point.x, point.estimate.low) for point in reversed(points)]
        )

    def _area(self, corners: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self._across(x):.1f} {self._down(y):.1f}" for x, y in corners) + "z"

    def _whisker(self, point: Point, shift: float) -> str:
        low, high = self._down(point.estimate.low), self._down(point.estimate.high)
        return f"M{self._across(point.x) + shift:.1f} {low:.1f}V{high:.1f}"

    def _leader(self, points: Sequence[Point]) -> str:
        """From a line that ends early to its label at the edge; empty where the line reaches the edge."""
        end = self._across(points[-1].x) if points else RIGHT
        if RIGHT - end < LABEL_GAP:
            return ""
        return f"M{end + 8:.1f} {self._down(points[-1].estimate.value):.1f}H{RIGHT + 4}"

    def _marks(self, points: Sequence[Point], marker: str) -> str:
        shape = MARKERS[marker]
        return "".join(
            f"M{self._across(point.x):.1f} {self._down(point.estimate.value):.1f}{shape}" for point in points
        )

    def _across(self, x: float) -> float:
        # Half a marker of room on both sides keeps the first and the last point off the frame.
        return LEFT + 8 + (RIGHT - LEFT - 16) * self.x.place(x)

    def _down(self, y: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * self.y.place(y)


def spread(heights: Sequence[float], top: float, bottom: float, gap: float) -> list[float]:
    """Ascending heights moved as little as need be to stand `gap` apart between `top` and `bottom`."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap if placed else top))
    limit = bottom
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - gap
    return placed


def _above(first: tuple[float, float, float], second: tuple[float, float, float]) -> list[tuple[float, float]]:
    """The corners of the part of one step in which the upper line is above the lower one; empty if nowhere."""
    (x0, up0, low0), (x1, up1, low1) = first, second
    gap0, gap1 = up0 - low0, up1 - low1
    if gap0 <= 0 and gap1 <= 0:
        return []
    if gap0 >= 0 and gap1 >= 0:
        return [(x0, up0), (x1, up1), (x1, low1), (x0, low0)]
    share = gap0 / (gap0 - gap1)
    meet = (x0 + share * (x1 - x0), up0 + share * (up1 - up0))
    return [(x0, up0), meet, (x0, low0)] if gap0 > 0 else [meet, (x1, up1), (x1, low1)]


def _path(kind: str, shape: str) -> str:
    return f'<path class="{kind}" d="{shape}"/>' if shape else ""
