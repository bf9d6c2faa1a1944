"""The four figures of a section, a panel an arm on shared axes."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from headway.report.contents import Arm, Section
from headway.report.drawing import Axis, Curve, Label, Plot
from headway.report.standing import (
    Point,
    Run,
    change,
    first_and_now,
    measured,
    measured_ks,
    over_k,
    over_rounds,
    set_aside,
    stopped,
)
from headway.report.tables import columns_for
from headway.report.words import counted, escaped, number, signed

SHARE_TICKS = ((0.0, "0"), (0.25, ".25"), (0.5, ".5"), (0.75, ".75"), (1.0, "1"))
TICKS_AT_MOST = 8
GAP_WORTH_A_LABEL = 0.08
BESIDE = 1.6
"""How far the intervals of two lines are moved apart, either way [px]."""


def figures(section: Section) -> str:
    """Quality beside coverage, opinion beside truth, pass@k against k, and different right answers."""
    runs = [run for arm in section.arms for run in arm.runs]
    ks = measured_ks(runs)
    if not ks:
        return '<p class="quiet">No round of this section has been measured, so there is nothing to draw yet.</p>'
    drawn = [_quality(section, ks[-1])]
    drawn += [_opinion(section)] if measured(runs, "self_score") else []
    drawn += [_coverage(section, ks)] if len(ks) > 1 else []
    drawn += [_distinct(section)] if measured(runs, "distinct_right") else []
    single = " single" if len(section.arms) == 1 else ""
    foot = f'<p class="quiet foot">{_marks_explained(section)}</p>'
    return f'<div class="figures{single}">{"".join(drawn)}</div>{foot}'


def _quality(section: Section, most: int) -> str:
    coverage = f"pass@{most}"
    plot = Plot(rounds_axis(section), Axis(0, 1, SHARE_TICKS, "share right"))
    panels = []
    for arm in section.arms:
        curves = [_curve(arm, "accuracy", "accuracy", "accuracy", "circle")]
        if most > 1:
            curves.append(_curve(arm, coverage, coverage, "coverage", "square"))
        panels.append(_panel(arm, plot, curves))
    if most == 1:
        return figure("Accuracy by round", "How often one attempt is right.", panels)
    about = (
        f"How often one attempt is right (accuracy), and how often at least one of {most} is ({coverage}). "
        "A loop that compounds lifts the first and keeps the second."
    )
    return figure("Quality beside coverage", about, panels)


def _opinion(section: Section) -> str:
    plot = Plot(rounds_axis(section), Axis(0, 1, SHARE_TICKS, "share, or score from 0 to 1"))
    panels = []
    for arm in section.arms:
        opinion = _curve(arm, "self_score", "self-score", "opinion", "triangle")
        truth = _curve(arm, "accuracy", "accuracy", "accuracy", "circle")
        if not opinion.points or not truth.points:
            panels.append(_absent(arm, "The model's own opinion was not recorded in every exam of this arm."))
            continue
        gap = opinion.points[-1].estimate.value - truth.points[-1].estimate.value
        middle = (opinion.points[-1].estimate.value + truth.points[-1].estimate.value) / 2
        note = [Label(middle, f"gap {signed(gap)}", "soft")] if gap > GAP_WORTH_A_LABEL else []
        panels.append(_panel(arm, plot, [opinion, truth], [plot.gap(opinion.points, truth.points, "opinion")], note))
    about = (
        "What the model says of its own attempts (self-score) beside how many are right (accuracy). "
        "The shaded gap is overclaim: approval that the world does not share."
    )
    return figure("Proxy beside truth", about, panels)


def _coverage(section: Section, ks: Sequence[int]) -> str:
    shown = ks if len(ks) <= TICKS_AT_MOST else ks[:: math.ceil(len(ks) / TICKS_AT_MOST)]
    x = Axis(ks[0], ks[-1], tuple((k, str(k)) for k in shown), "attempts at each task, k", doubling=True)
    plot = Plot(x, Axis(0, 1, SHARE_TICKS, "pass@k, share of tasks"))
    panels = [_coverage_panel(arm, plot, ks) for arm in section.arms]
    about = (
        "How many tasks are solved within k attempts, before and after. Where the lines cross, "
        "the loop has bought quick answers with tasks that it can no longer solve at all; "
        "a crossing is marked where both ends differ by more than chance."
    )
    return figure("Tasks within reach of k attempts", about, panels)


def _coverage_panel(arm: Arm, plot: Plot, ks: Sequence[int]) -> str:
    first, now = over_k(arm.runs, ks, now=False), over_k(arm.runs, ks, now=True)
    if not first:
        return _absent(arm, "Not every run of this arm has been measured yet.")
    begin, end = _ends_named(arm.runs)
    if begin == end:
        return _panel(arm, plot, [Curve(f"{begin} stands", "coverage", "square", now)])
    curves = [Curve(begin, "before", "circle", first), Curve(end, "coverage", "square", now)]
    meets = crossing(first, now) if _ends_differ(arm.runs, ks) else None
    mark = [] if meets is None else [plot.upright(meets, f"cross at k ≈ {meets:.0f}")]
    return _panel(arm, plot, curves, mark)


def _ends_differ(runs: Sequence[Run], ks: Sequence[int]) -> bool:
    """Whether both the smallest and the largest k changed by more than chance, so that a crossing means something."""
    return all(
        found is not None and (found.difference.low > 0 or found.difference.high < 0)
        for found in (change(runs, f"pass@{k}") for k in (ks[0], ks[-1]))
    )


def _distinct(section: Section) -> str:
    lines = {arm.name: over_rounds(arm.runs, "distinct_right") for arm in section.arms}
    highest = max((point.estimate.high for line in lines.values() for point in line), default=1.0)
    plot = Plot(rounds_axis(section), counts_axis(highest, "different right answers a task"))
    panels = []
    for arm in section.arms:
        others = [plot.faint(line) for name, line in lines.items() if name != arm.name]
        curve = _curve(arm, "distinct_right", "distinct", "distinct", "diamond")
        panels.append(_panel(arm, plot, [curve], others))
    about = "How many different right answers a task gets from one exam's attempts."
    if len(section.arms) > 1:
        about += " The grey lines are the other arms."
    return figure("Different right answers", about, panels)


def _curve(arm: Arm, metric: str, label: str, kind: str, marker: str) -> Curve:
    several = len(arm.runs) > 1
    seeds = tuple(over_rounds([run], metric) for run in arm.runs) if several else ()
    aside = () if several else tuple(point for run in arm.runs for point in set_aside(run, metric))
    return Curve(label, kind, marker, over_rounds(arm.runs, metric), seeds, aside)


def _panel(
    arm: Arm,
    plot: Plot,
    curves: Sequence[Curve],
    beneath: Sequence[str] = (),
    notes: Sequence[Label] = (),
) -> str:
    """One arm's picture."""
    if not any(curve.points for curve in curves):
        return _absent(arm, "This was not measured in every round of this arm.")
    return f"<div>{_heading(arm)}{picture(arm.name, plot, curves, beneath, notes)}</div>"


def panel(title: str, plot: Plot, curves: Sequence[Curve]) -> str:
    """A picture under a title of its own."""
    return f'<div><p class="judge">{escaped(title)}</p>{picture(title, plot, curves)}</div>'


def picture(
    title: str, plot: Plot, curves: Sequence[Curve], beneath: Sequence[str] = (), notes: Sequence[Label] = ()
) -> str:
    """Lines on shared axes; each is named at its right end, over rounds with the value it ends at."""
    unit = "k" if plot.x.doubling else "round"
    drawn = [curve for curve in curves if curve.points]
    labels = [
        Label(end.value, f"{curve.label} {number(end.value)}" if unit == "round" else curve.label, curve.kind)
        for curve in drawn
        for end in [curve.points[-1].estimate]
    ]
    words = f"{title}. " + " ".join(curve.in_words(unit) for curve in drawn)
    shifts = (-BESIDE, BESIDE) if len(drawn) == 2 else (0.0,) * len(drawn)
    lines = [plot.curve(curve, shift) for curve, shift in zip(drawn, shifts, strict=True)]
    return plot.svg(words, [*beneath, *lines], [*labels, *notes])


def _absent(arm: Arm, why: str) -> str:
    return f'<div>{_heading(arm)}<p class="quiet">{escaped(why)}</p></div>'


def _heading(arm: Arm) -> str:
    ended = [run[-1].index for run in arm.runs if stopped(run)]
    about = counted(len(arm.runs), "seed") if len(arm.runs) > 1 else ""
    if ended and not about:
        about = f"stopped after round {ended[0]}"
    return f'<p class="arm">{escaped(arm.name)} <span class="quiet">{about}</span></p>'


def figure(title: str, about: str, panels: Sequence[str]) -> str:
    """A title, what the lines mean, and the panels side by side."""
    columns = columns_for(len(panels))
    return (
        f"<figure><figcaption><h4>{title}</h4><p>{about}</p></figcaption>"
        f'<div class="panels of{columns}">{"".join(panels)}</div></figure>'
    )


def _marks_explained(section: Section) -> str:
    """What bars, thin lines and crosses are, where there are any."""
    several = any(len(arm.runs) > 1 for arm in section.arms)
    aside = [arm for arm in section.arms if any(set_aside(run, "accuracy") for run in arm.runs)]
    said = "Bars are 95 % intervals"
    said += " over seeds; thin lines are single seeds." if several else " over tasks."
    if any(len(arm.runs) == 1 for arm in aside):
        said += " × is a round that the gate set aside."
    if aside:
        said += " Lines follow the model that the loop kept."
    return said


def _ends_named(runs: Sequence[Run]) -> tuple[str, str]:
    ends = [ends for run in runs if (ends := first_and_now(run))]
    firsts, nows = {first.index for first, _ in ends}, {now.index for _, now in ends}
    return (
        f"round {firsts.pop()}" if len(firsts) == 1 else "first round",
        f"round {nows.pop()}" if len(nows) == 1 else "kept now",
    )


def crossing(first: Sequence[Point], second: Sequence[Point]) -> float | None:
    """Where the two lines over k cross for the first time, on the doubling axis they are drawn on; None if nowhere."""
    for (a0, b0), (a1, b1) in pairwise(zip(first, second, strict=True)):
        before, after = b0.estimate.value - a0.estimate.value, b1.estimate.value - a1.estimate.value
        if before * after < 0:
            share = before / (before - after)
            return 2 ** (math.log2(a0.x) + share * (math.log2(a1.x) - math.log2(a0.x)))
    return None


def rounds_axis(section: Section) -> Axis:
    """From round 0 to the last round of any arm, with a tick at whole rounds."""
    last = max((turn.index for run in _runs(section) for turn in run), default=1)
    step = math.ceil(max(last, 1) / TICKS_AT_MOST)
    return Axis(0, max(last, 1), tuple((index, str(index)) for index in range(0, last + 1, step)), "round")


def counts_axis(highest: float, title: str) -> Axis:
    """From 0 to a round number at or above `highest`, in about four steps."""
    rough = max(highest, 0.1) / 4
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    steps = math.ceil(highest / step) or 1
    return Axis(0, steps * step, tuple((index * step, f"{index * step:g}") for index in range(steps + 1)), title)


def _runs(section: Section) -> Iterator[Run]:
    return (run for arm in section.arms for run in arm.runs)
