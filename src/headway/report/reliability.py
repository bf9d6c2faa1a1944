"""Reliability diagrams: for each stated confidence, how often it came true."""

from collections.abc import Mapping

import polars as pl

from headway.report.drawing import Axis, Curve, Label, Plot
from headway.report.figures import SHARE_TICKS, figure
from headway.report.standing import Point
from headway.report.words import counted, escaped, number
from headway.stats import Estimate


def diagrams(title: str, about: str, curves: Mapping[str, pl.DataFrame]) -> str:
    """A panel an arm, from the rows of `measure.reliability.reliability_curve`; on the grey line all is as said."""
    plot = Plot(Axis(0, 1, SHARE_TICKS, "stated confidence"), Axis(0, 1, SHARE_TICKS, "share right"))
    return figure(title, about, [_panel(name, rows, plot) for name, rows in curves.items()])


def _panel(name: str, rows: pl.DataFrame, plot: Plot) -> str:
    points = tuple(
        Point(row["confidence"], Estimate(row["right"], row["low"], row["high"], row["n"]))
        for row in rows.sort("confidence").iter_rows(named=True)
    )
    as_said = [Point(end, Estimate(end, end, end, 0)) for end in (0.0, 1.0)]
    curve = Curve("right", "accuracy", "circle", points)
    label = (
        [Label(points[-1].estimate.value, f"right {number(points[-1].estimate.value)}", "accuracy")] if points else []
    )
    picture = plot.svg(f"{name}. {curve.in_words('confidence')}", [plot.faint(as_said), plot.curve(curve)], label)
    attempts = counted(int(rows["n"].sum()), "attempt")
    return f'<div><p class="arm">{escaped(name)} <span class="quiet">{attempts}</span></p>{picture}</div>'
