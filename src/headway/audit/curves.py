"""The curves of an audit, drawn like those of the run report: quality, proxy beside truth, variety, sameness."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headway.audit.auditing import Audit
from headway.audit.shown import course, largest
from headway.report.drawing import Axis, Curve, Label, Plot
from headway.report.figures import SHARE_TICKS, TICKS_AT_MOST, counts_axis, figure
from headway.report.standing import Point
from headway.report.words import number, signed

GAP_WORTH_A_LABEL = 0.08
BESIDE = 1.6
ABOVE = 23
"""Where the words of an upright line stand clear of the curves [px]."""


@dataclass(frozen=True)
class Asked:
    """A figure that is drawn where the log has its first measure: up to two measures on the same axis."""

    title: str
    about: str
    measures: tuple[tuple[str, str, str, str], ...]
    """Family, label, kind (colour and stroke), marker."""
    axis: str = "share"
    shaded: bool = False
    """Whether the area where the first lies above the second is filled."""


FIGURES = (
    Asked(
        "Quality beside coverage",
        "How often one attempt is right, and how often at least one of several is. A loop that compounds lifts the "
        "first and keeps the second.",
        (("accuracy", "accuracy", "accuracy", "circle"), ("pass@k", "pass@{k}", "coverage", "square")),
    ),
    Asked(
        "Proxy beside truth",
        "What training optimises beside what is right. The shaded gap is reward that the world does not share.",
        (("reward", "reward", "opinion", "triangle"), ("accuracy", "right", "accuracy", "circle")),
        shaded=True,
    ),
    Asked(
        "Confidence beside truth",
        "The probability of being right that the policy states, beside how often it is. The shaded gap is overclaim.",
        (("confidence", "stated", "opinion", "triangle"), ("accuracy", "right", "accuracy", "circle")),
        shaded=True,
    ),
    Asked(
        "Different right answers",
        "How many different right answers a prompt gets from the same number of attempts.",
        (("distinct_right@k", "right, of {k}", "distinct", "diamond"),),
        axis="different right answers",
    ),
    Asked(
        "Sameness",
        "How often two attempts at a prompt give the same answer, and how many of an attempt's word trigrams another "
        "attempt has too. Convergence on the one right answer lifts these as well: read them beside the others.",
        (("same_answer", "same answer", "coverage", "square"), ("overlap", "overlap", "before", "circle")),
    ),
)
WITHOUT_GOLD = Asked(
    "Different rewarded answers",
    "How many different answers a prompt gets, from the same number of attempts, that the reward approves of.",
    (("distinct_approved@k", "of {k}", "distinct", "diamond"),),
    axis="different rewarded answers",
)


def curves(audit: Audit) -> str:
    """Every figure that the log has the measures for."""
    present = largest(audit.timeline["measure"].unique().to_list())
    asked = [one for one in (*FIGURES, WITHOUT_GOLD) if one.measures[0][0] in present]
    if "distinct_right@k" in present:
        asked = [one for one in asked if one is not WITHOUT_GOLD]
    drawn = [_drawn(audit, one, present) for one in asked]
    if not drawn or len(audit.stretches) < 2:
        return '<p class="quiet">There are fewer than two steps, so there is no course to draw.</p>'
    foot = '<p class="quiet foot">Bars and bands are 95 % intervals over prompts, of each point alone.</p>'
    return f'<div class="figures single">{"".join(drawn)}</div>{foot}'


def _drawn(audit: Audit, asked: Asked, present: dict[str, str]) -> str:
    points = {
        name: tuple(Point(step, estimate) for step, estimate in course(audit.timeline, present[name]))
        for name, *_ in asked.measures
        if name in present
    }
    shares = all(0.0 <= point.estimate.value <= 1.0 for line in points.values() for point in line)
    if asked.axis == "share" and not shares:
        # A reward in a unit of its own has an axis of its own, and nothing on it to be compared with.
        points = {asked.measures[0][0]: points[asked.measures[0][0]]}
    made = [
        Curve(label.format(k=present[name].rpartition("@")[2]), kind, marker, points[name])
        for name, label, kind, marker in asked.measures
        if name in points
    ]
    plot = Plot(steps_axis(audit), _heights(asked, [point for line in points.values() for point in line], shares))
    return figure(asked.title, asked.about, [f"<div>{_picture(audit, asked, plot, made)}</div>"])


def _picture(audit: Audit, asked: Asked, plot: Plot, made: Sequence[Curve]) -> str:
    labels = [
        Label(end.value, f"{curve.label} {number(end.value)}", curve.kind)
        for curve in made
        for end in [curve.points[-1].estimate]
    ]
    parts = []
    if asked.shaded and len(made) == 2:
        parts.append(plot.gap(made[0].points, made[1].points, made[0].kind))
        gap = made[0].points[-1].estimate.value - made[1].points[-1].estimate.value
        if gap > GAP_WORTH_A_LABEL:
            middle = (made[0].points[-1].estimate.value + made[1].points[-1].estimate.value) / 2
            labels.append(Label(middle, f"gap {signed(gap)}", "soft"))
    since = audit.verdict.since_step
    if since is not None and audit.stretches[0].first < since:
        parts.append(plot.upright(since, f"since step {since}", ABOVE))
    shifts = (-BESIDE, BESIDE) if len(made) == 2 else (0.0,)
    parts += [plot.curve(curve, shift) for curve, shift in zip(made, shifts, strict=True)]
    return plot.svg(" ".join(curve.in_words("step") for curve in made), parts, labels)


def steps_axis(audit: Audit) -> Axis:
    """From the first to the last step, with ticks at whole steps."""
    first, last = audit.stretches[0].first, max(audit.stretches[-1].first, audit.stretches[0].first + 1)
    every = max(1, math.ceil((last - first) / (TICKS_AT_MOST - 2)))
    if last - first > TICKS_AT_MOST:
        size = 10 ** math.floor(math.log10(every))
        every = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= every)
    begin = math.ceil(first / every) * every
    return Axis(first, last, tuple((step, f"{step:,}") for step in range(begin, last + 1, every)), "step")


def _heights(asked: Asked, points: Sequence[Point], shares: bool) -> Axis:
    if asked.axis == "share" and shares:
        return Axis(0, 1, SHARE_TICKS, "share, or score from 0 to 1" if asked.shaded else "share")
    title = "mean reward" if asked.axis == "share" else asked.axis
    lowest, highest = min(point.estimate.low for point in points), max(point.estimate.high for point in points)
    if lowest >= 0:
        return counts_axis(highest, title)
    steps = [lowest + (highest - lowest) * place / 4 for place in range(5)]
    return Axis(lowest, highest, tuple((step, f"{step:.3g}") for step in steps), title)
