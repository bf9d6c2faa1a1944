"""How far each arm of S8 climbs, how right its labels are, and what is claimed of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.measure.ladder import by_level, frontier
from headway.report import Claim
from headway.report.tables import table
from headway.report.words import counted, escaped
from headway.stages import Round
from headway.stats import paired_test
from headway.studies.contrasts import Run, above

RIGHT = 0.95
"""A length counts as reached where at least this share of held-out problems is answered exactly, stop included."""


@dataclass(frozen=True)
class Curve:
    """One seed of one arm, a number a round: None where there is nothing to say."""

    frontier: list[int]
    asked: list[int | None]
    """The longest length that the round learned from."""
    labels: list[float | None]
    """The share of learned labels that are right: recorded, never used by the arms that have no check."""


def curve(run: Run) -> Curve:
    """What a run's rounds show."""
    measured = [turn for turn in run if turn.report is not None]
    return Curve(
        [reached(turn) for turn in measured],
        [_longest(turn) for turn in measured],
        [label_accuracy(turn) for turn in measured],
    )


def reached(turn: Round) -> int:
    """The frontier after a round, among the lengths that are examined."""
    assert turn.report is not None
    return frontier(_right(turn), RIGHT)


def own(turn: Round) -> pl.DataFrame | None:
    """What a round wrote itself and learned; None where it learned nothing of its own.

    A label that was spoiled on purpose has no verdict any more, and counts as wrong.
    """
    if turn.sampled is None or turn.attempts is None:
        return None
    kept = turn.attempts.kept
    mine = kept.filter(kept["id"].is_in(turn.sampled["id"].implode()))
    return mine.frame.select("level", right=mine.verdict("tool").fill_null(0.0)) if len(mine) else None


def label_accuracy(turn: Round) -> float | None:
    """The share of right labels among those that a round learned from its own attempts."""
    rows = own(turn)
    return None if rows is None else float(rows["right"].mean())  # type: ignore[arg-type]


def _longest(turn: Round) -> int | None:
    rows = own(turn)
    return None if rows is None else int(rows["level"].max())  # type: ignore[arg-type]


def by_length(found: Mapping[str, Sequence[Run]]) -> str:
    """For the page: what share of each examined length is right after each round of an arm, the mean over its seeds."""
    lengths = sorted({level for runs in found.values() for run in runs for turn in run for level in _right(turn)})
    rows = []
    for arm, runs in found.items():
        for turns in zip(*runs, strict=False):
            right = [_right(turn) for turn in turns]
            means = [np.mean([one[level] for one in right]) if level in right[0] else None for level in lengths]
            shown = ["" if mean is None else f"{mean:.2f}" for mean in means]
            rows.append((escaped(arm), str(turns[0].index), *shown))
    head = ("arm", "round", *map(str, lengths))
    return f"<h3>Share right by length</h3>{table(head, rows, numbers_from=1)}"


def _right(turn: Round) -> dict[int, float]:
    return {} if turn.report is None else {level: found.value for level, found in by_level(turn.report).items()}


def described(curves: Sequence[Curve]) -> str:
    """An arm's frontier after each round, the mean over seeds, and its labels."""
    if not curves:
        return "not run"
    rounds = min(len(one.frontier) for one in curves)
    steps = [np.mean([one.frontier[index] for one in curves]) for index in range(rounds)]
    labels = [share for one in curves for share in one.labels if share is not None]
    right = f"; labels right {np.mean(labels):.3f}, least {min(labels):.3f}" if labels else ""
    course = " ".join(f"{step:g}" for step in np.round(steps, 1))
    return f"frontier {course} ({counted(len(curves), 'seed')}){right}"


def claims(found: Mapping[str, Sequence[Run]], first: int, goal: int) -> list[Claim]:
    """What the study claims of the arms that were run, with the numbers."""
    drawn = {arm: [curve(run) for run in runs] for arm, runs in found.items() if runs}
    made = [_foothold(drawn["base"], found["base"], first)] if "base" in drawn else []
    for arm, seeds in drawn.items():
        if arm not in ("base", "control"):
            made.append(_reaches(arm, seeds, goal))
            made += [_beyond(arm, seeds, drawn["control"])] if "control" in drawn else []
    return made


def _foothold(curves: Sequence[Curve], runs: Sequence[Run], first: int) -> Claim:
    """Without a foothold past the labelled lengths no loop can start; the first thing to know."""
    above = [
        {level: estimate.value for level, estimate in by_level(run[0].report).items() if level > first}
        for run in runs
        if run[0].report is not None
    ]
    nearest = [values[min(values)] for values in above if values]
    level = min(above[0]) if above and above[0] else None
    said = f"exact match at length {level}: {' '.join(f'{value:.2f}' for value in nearest)} over {len(curves)} seeds"
    return Claim(
        f"the first policy has a foothold past length {first}",
        said,
        min(nearest) > 0.1 if nearest else None,
    )


def _reaches(arm: str, curves: Sequence[Curve], goal: int) -> Claim:
    last = [one.frontier[-1] for one in curves]
    said = f"frontier at the end {' '.join(map(str, last))} over {len(last)} seed{'s' if len(last) > 1 else ''}"
    return Claim(f"{arm}: reaches length {goal} at {RIGHT:.0%} exact match", said, min(last) >= goal)


def _beyond(arm: str, curves: Sequence[Curve], control: Sequence[Curve]) -> Claim:
    sentence = f"{arm}: ends above the control, so it is not more training that does it"
    pairs = list(zip((one.frontier[-1] for one in curves), (one.frontier[-1] for one in control), strict=False))
    if len(pairs) < 2:
        return Claim(sentence, f"{pairs[0][0]} against {pairs[0][1]}, one seed", None)
    test = paired_test([float(other) for _, other in pairs], [float(mine) for mine, _ in pairs])
    gain = test.difference
    said = f"{gain.value:+.1f} [{gain.low:+.1f}, {gain.high:+.1f}] lengths over {gain.n} seeds, p={test.p_value:.3f}"
    return Claim(sentence, said, above(gain))


def verdict(found: Mapping[str, Sequence[Run]], first: int) -> str:
    """One sentence: from where to where, in how many rounds, by which labels."""
    ends = {arm: [curve(run).frontier[-1] for run in runs] for arm, runs in found.items() if runs and arm != "base"}
    said = ", ".join(f"{arm} {np.mean(last):g}" for arm, last in ends.items())
    seeds = max((len(last) for last in ends.values()), default=0)
    over = "1 seed" if seeds == 1 else f"means over {seeds} seeds"
    return f"Labelled up to length {first}; the frontier at the end: {said} ({over})."
