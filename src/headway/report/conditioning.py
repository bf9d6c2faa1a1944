"""What stands in the context against what comes after it: figures of the study of long execution."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from headway.report.drawing import Axis, Curve, Label, Plot
from headway.report.figures import SHARE_TICKS, figure
from headway.report.standing import Point
from headway.report.words import escaped, number
from headway.stats import Estimate


class Measured(Protocol):
    """Estimates of one model, by the name of a probe."""

    def right(self, probe: str) -> Estimate: ...


def drawn(models: Mapping[str, Measured], rates: Sequence[float]) -> str:
    """A panel a model: the share right at the last turn, by the rate of errors in the turns before."""
    ticks = tuple((rate, f"{rate:g}".removeprefix("0") or "0") for rate in rates if rate != 0.1)
    plot = Plot(
        Axis(0, 1, ticks, "share of earlier turns that were made wrong"), Axis(0, 1, SHARE_TICKS, "share right")
    )
    about = (
        "The length of the record is the same everywhere; only its errors differ. A step counts as right if it goes on "
        "rightly from what stands there. Bars are 95 % intervals."
    )
    panels = [_panel(name, model, rates, plot) for name, model in models.items()]
    return f'<div class="figures">{figure("What errors in the record do to the next step", about, panels)}</div>'


def _panel(name: str, model: Measured, rates: Sequence[float], plot: Plot) -> str:
    points = tuple(Point(rate, model.right(f"rate {rate:g}")) for rate in rates)
    curve = Curve("right", "accuracy", "circle", points)
    end = points[-1].estimate.value
    picture = plot.svg(
        f"{name}. {curve.in_words('rate of errors')}",
        [plot.curve(curve)],
        [Label(end, f"right {number(end)}", "accuracy")],
    )
    return f'<div><p class="arm">{escaped(name)}</p>{picture}</div>'
