"""What S9 reads off the exams of one model, and what it claims of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.measure.conditioning import curvature, slope_in_errors
from headway.measure.execution import turns
from headway.measure.horizon import ideal_horizon
from headway.report import Claim
from headway.stages import Report
from headway.stats import Estimate, mean_over_tasks
from headway.studies.contrasts import Run, above, below, ends, over_seeds, short

NONE = 0.05
"""A slope within this much of 0 counts as none."""


@dataclass(frozen=True)
class Model:
    """One model, or one arm's last: a report and the exam's rows for every seed."""

    reports: tuple[Report, ...]
    exams: tuple[pl.DataFrame, ...]

    def mean(self, metric: str) -> Estimate:
        """An estimate over seeds; with one seed, over plans."""
        return over_seeds([report.estimates[metric] for report in self.reports])

    def right(self, probe: str) -> Estimate:
        """The share right of a probe's rows."""
        return self.mean(f"right/{probe}")

    def slope(self, prefix: str) -> Estimate:
        """The change in accuracy from no errors to nothing but errors in the context, at one turn."""
        return over_seeds([found for exam in self.exams if (found := _slope(exam, prefix)) is not None])

    def curvature(self) -> Estimate:
        """How much more each error at a random place costs than the last, at the last turn."""
        return over_seeds([found for exam in self.exams if (found := _curvature(exam)) is not None])

    def change(self, before: str, after: str) -> Estimate:
        """`after` minus `before`, two probes at the same plans."""
        return over_seeds([_change(exam, before, after) for exam in self.exams])

    def __str__(self) -> str:
        return f"step accuracy {short(self.mean('accuracy'))}, slope in errors {short(self.slope('rate'))}"


def model_of(runs: Sequence[Run]) -> Model:
    """The model that each seed's run ended with."""
    last = [run[run[-1].ruling.keep] for run in runs if run[-1].ruling is not None]
    return Model(tuple(ends(runs)), tuple(turns(turn.exam) for turn in last if turn.exam is not None))


def _slope(exam: pl.DataFrame, prefix: str) -> Estimate | None:
    rows = exam.filter(pl.col("probe").str.contains(f"^{prefix} [0-9.]+$")).with_columns(
        rate=pl.col("probe").str.extract("([0-9.]+)$").cast(pl.Float64)
    )
    return slope_in_errors(rows["chain"].to_numpy(), rows["rate"].to_numpy(), rows["right"].to_numpy())


def _curvature(exam: pl.DataFrame) -> Estimate | None:
    rows = exam.filter(pl.col("probe").str.contains("^errors ") | (pl.col("probe") == "rate 0"))
    return curvature(rows["chain"].to_numpy(), rows["errors"].to_numpy(), rows["right"].to_numpy())


def _change(exam: pl.DataFrame, before: str, after: str) -> Estimate:
    """Paired by plan."""
    shares = exam.group_by("probe", "chain").agg(pl.col("right").mean())
    old, new = (shares.filter(pl.col("probe") == probe).select("chain", "right") for probe in (before, after))
    joined = old.join(new, on="chain", suffix="_after").sort("chain")
    found = mean_over_tasks((joined["right_after"] - joined["right"]).to_numpy())
    if found is None:
        raise ValueError(f"no plan was examined as {before!r} and as {after!r}")
    return found


def claims(models: Mapping[int, Model], main: Model, after: Mapping[str, Model], last: int) -> list[Claim]:
    """What the study claims, each sentence with its numbers; `main` is the model that the loops begin with."""
    made = [
        _below(f"errors in the context cost accuracy at turn {last}, width {width}", model.slope("rate"))
        for width, model in models.items()
    ]
    made += [
        _below(f"and at turn {turn}, so it is not the length", main.slope(f"turn {turn} rate"))
        for turn in (last // 4, last // 2)
    ]
    made.append(
        _above(f"without errors, turn {last} is as good as turn {last // 4}", _lengthened(main, last), least=-NONE)
    )
    made.append(_below("errors in the last turns alone cost accuracy as well", main.change("rate 0", "late errors 4")))
    made.append(_below("each error costs more than the last (curvature)", main.curvature()))
    made += [_no_smaller(models)] if len(models) > 1 else []
    made.append(_below("four forced errors lower the later steps", main.change("forced 0", "forced 4")))
    made += [
        _above(
            "shown one earlier turn, a model with a spoiled record is better off than shown all",
            main.change("rate 1", "window 1 rate 1"),
        ),
        _above(
            "a tool that puts the record right every 4 turns raises step accuracy",
            main.change("own", "own, put right every 4"),
        ),
        _above("a vote of 5 a turn raises step accuracy", main.change("own", "own, vote of 5")),
    ]
    return made + _of_loops(main, after)


def _lengthened(main: Model, last: int) -> Estimate:
    return main.change(f"turn {last // 4} rate 0", "rate 0")


def _no_smaller(models: Mapping[int, Model]) -> Claim:
    """Size: not that the slopes are equal, only how far the largest model's may be from the smallest's."""
    smallest, largest = models[min(models)].slope("rate"), models[max(models)].slope("rate")
    half = np.hypot(smallest.high - smallest.low, largest.high - largest.low) / 2.0
    difference = largest.value - smallest.value
    said = Estimate(difference, difference - half, difference + half, min(smallest.n, largest.n))
    sizes = f"width {max(models)} to {min(models)}"
    sentence = f"the largest model conditions on errors at least half as much as the smallest ({sizes})"
    bound = -smallest.value / 2.0
    return Claim(
        sentence,
        f"slopes {short(smallest)} and {short(largest)}, difference {short(said)}",
        below(said, bound),
    )


def _of_loops(main: Model, after: Mapping[str, Model]) -> list[Claim]:
    before = main.mean("accuracy")
    made = []
    for arm, sentence in (
        ("whole", "learning whole right transcripts raises step accuracy"),
        ("steps", "learning right steps raises step accuracy"),
        ("all", "learning all of its transcripts does not"),
    ):
        if arm not in after:
            continue
        gains = [
            new.estimates["accuracy"].value - old.estimates["accuracy"].value
            for old, new in zip(main.reports, after[arm].reports, strict=True)
        ]
        gain = over_seeds([Estimate(one, one, one, 1) for one in gains])
        said = f"{before.value:.3f} → {after[arm].mean('accuracy').value:.3f}, {short(gain)} over {len(gains)} seeds"
        if len(gains) < 2:
            made.append(Claim(sentence, f"{said}: one seed", None))
        elif arm == "all":
            made.append(Claim(sentence, said, True if gain.high < NONE else False if gain.low > 0 else None))
        else:
            made.append(Claim(sentence, said, above(gain)))
    if "recovery" in after:
        left = after["recovery"].slope("rate")
        made.append(
            Claim(
                f"after training on spoiled records the slope in errors is within {NONE} of 0",
                f"{short(main.slope('rate'))} → {short(left)}",
                True if left.low > -NONE and left.high < NONE else False if left.high < -NONE else None,
            )
        )
    return made


def _below(sentence: str, found: Estimate) -> Claim:
    return Claim(sentence, short(found), below(found))


def _above(sentence: str, found: Estimate, least: float = 0.0) -> Claim:
    return Claim(sentence, short(found), above(found, least))


def verdict(main: Model, after: Mapping[str, Model], last: int) -> str:
    """One sentence for the top of the page."""
    clean, spoiled = main.right("rate 0"), main.right("rate 1")
    step, far = main.mean("accuracy").value, main.mean("horizon").value
    told = (
        f"At turn {last} the model is right {clean.value:.2f} of the time after a record without errors and "
        f"{spoiled.value:.2f} after one of nothing else; alone it gets {far:.0f} turns far at even odds, "
        f"where its step accuracy of {step:.2f} would make {ideal_horizon(step):.1f}."
    )
    if "recovery" in after:
        told += f" Trained on spoiled records with verified answers: {after['recovery'].right('rate 1').value:.2f}."
    seeds = len(main.reports)
    return f"{told} {seeds} seed{'s' if seeds > 1 else ''}."
