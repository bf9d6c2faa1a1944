"""What is claimed of each anchor: more accuracy on the way and more coverage at the end than judging alone."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from headway.report import Claim
from headway.stats import Estimate, holm, mean_with_bounds, student, trend
from headway.studies.contrasts import Run, below, ends

SURE = 0.05
Runs = Mapping[str, Sequence[Run]]


def over_the_rounds(run: Run) -> float:
    """The mean accuracy after each of the rounds: the area under the curve, so that no round is picked."""
    return float(np.mean([turn.report.estimates["accuracy"].value for turn in run[1:] if turn.report is not None]))


def coverage_at_the_end(run: Run) -> float:
    """pass@k at the end, for the largest k that is measured."""
    (last,) = ends([run])
    most = max((name for name in last.estimates if name.startswith("pass@")), key=lambda name: int(name[5:]))
    return last.estimates[most].value


OUTCOMES: Mapping[str, Callable[[Run], float]] = {
    "accuracy over the rounds": over_the_rounds,
    "coverage at the end": coverage_at_the_end,
}


def claims(runs: Runs, anchored: Sequence[str], doses: Mapping[str, Sequence[str]]) -> list[Claim]:
    """That judging alone collapses; every anchor against it, paired by seed; and what more of an anchor does.

    The p-values of anchors are Student's, two-sided, corrected for all of them together (Holm 1979).
    """
    if len(runs["self"]) < 2:
        return [Claim("an anchor is worth something", "one seed supports no claim; run more seeds", None)]
    tests = {(arm, what): gains(runs, arm, what) for what in OUTCOMES for arm in anchored}
    adjusted = holm([student(gained) for gained in tests.values()])
    made = [_falls(runs, what) for what in OUTCOMES]
    made += [
        _gains(f"{arm} has more {what} than self", runs, arm, what, p)
        for (arm, what), p in zip(tests, adjusted, strict=True)
    ]
    return made + [_dose(runs, dose, arms, what) for dose, arms in doses.items() for what in OUTCOMES]


def gains(runs: Runs, arm: str, what: str, against: str = "self") -> np.ndarray:
    """An outcome of one arm minus that of another, a number a seed."""
    measure = OUTCOMES[what]
    pairs = zip(runs[arm], runs[against], strict=True)
    return np.array([measure(mine) - measure(other) for mine, other in pairs])


def _falls(runs: Runs, what: str) -> Claim:
    """Selection, not drift: judging alone ends below keeping at random."""
    gained = mean_with_bounds(gains(runs, "self", what, "random"), 0.025)
    holds = below(gained)
    return Claim(f"self has less {what} than random keep", _path(runs, "random", "self", what, gained), holds)


def _gains(sentence: str, runs: Runs, arm: str, what: str, p_value: float) -> Claim:
    gained = mean_with_bounds(gains(runs, arm, what), 0.025)
    holds = (gained.value > 0 if p_value < SURE else None) if gained.high > 0 else False
    return Claim(sentence, f"{_path(runs, 'self', arm, what, gained)}, p={p_value:.4f} (Holm)", holds)


def _dose(runs: Runs, dose: str, arms: Sequence[str], what: str) -> Claim:
    """More of an anchor, more of the outcome: Page's L over seeds."""
    rows = [[OUTCOMES[what](runs[arm][seed]) for arm in arms] for seed in range(len(runs["self"]))]
    p_value = trend(rows)
    means = " → ".join(f"{mean:.3f}" for mean in np.mean(rows, axis=0))
    said = f"{means} ({', '.join(arms)}); Page's L over {len(rows)} seeds, one-sided p={p_value:.4f}"
    return Claim(f"the larger the {dose}, the more {what}", said, p_value < SURE)


def _path(runs: Runs, before: str, after: str, what: str, gained: Estimate) -> str:
    old, new = (np.mean([OUTCOMES[what](run) for run in runs[arm]]) for arm in (before, after))
    return f"{old:.3f} → {new:.3f}, {gained.value:+.3f} [{gained.low:+.3f}, {gained.high:+.3f}] over {gained.n} seeds"


def verdict(runs: Runs, anchored: Sequence[str], made: Sequence[Claim]) -> str:
    """One sentence: which anchors are worth more than judging alone, by both outcomes, and which by neither."""
    seeds = len(runs["self"])
    if seeds < 2:
        return "One seed: it shows how the arms run, and supports no claim."
    held = {claim.sentence for claim in made if claim.holds}
    won = {arm: [what for what in OUTCOMES if f"{arm} has more {what} than self" in held] for arm in anchored}
    both = [arm for arm, wins in won.items() if len(wins) == len(OUTCOMES)]
    one = [f"{arm} ({wins[0]})" for arm, wins in won.items() if len(wins) == 1]
    none = [arm for arm, wins in won.items() if not wins]
    parts = [
        f"{word} {', '.join(arms)}"
        for word, arms in (("by both outcomes", both), ("by one", one), ("by neither", none))
        if arms
    ]
    start, end = (np.mean([turn(run) for run in runs["self"]]) for turn in (_first_accuracy, _last_accuracy))
    return (
        f"Judging alone goes from accuracy {start:.2f} to {end:.2f}. Better than that are {'; '.join(parts)} "
        f"({seeds} seeds, equal data and steps)."
    )


def _first_accuracy(run: Run) -> float:
    assert run[0].report is not None
    return run[0].report.estimates["accuracy"].value


def _last_accuracy(run: Run) -> float:
    return ends([run])[0].estimates["accuracy"].value
