"""What is known of the judges of a run before they speak: what they read, what the loop can change, how old it is."""

from collections.abc import Mapping, Sequence

from headway.attempts import WORLD
from headway.experiment.vocabulary import Experiment
from headway.journal import Run
from headway.measure.scorecard import Anchor


def anchors(experiment: Experiment, run: Run) -> tuple[Anchor, ...]:
    """The judges of a run, in the order in which they speak."""
    trained = experiment.loop.train.roles
    line = _casts(run)
    return tuple(
        Anchor(
            judge.name,
            judge.reads,
            tuple(role for role in judge.reads if role in trained),
            judge.name == experiment.loop.select.of,
            tuple(
                max((_age(role, line[: place + 1]) for role in judge.reads), default=0) for place in range(len(line))
            ),
        )
        for judge in experiment.loop.judges
    )


def _casts(run: Run) -> list[Mapping[str, str]]:
    """By round, the digests of the cast that sampled and judged its attempts: of the round that was kept before."""
    casts: list[Mapping[str, str]] = []
    for turn in run.history:
        before = run.history[turn.index - 1].ruling if turn.index else None
        kept = run.weights[before.keep if before else 0]
        casts.append(kept or {})
    return casts


def _age(role: str, line: Sequence[Mapping[str, str]]) -> int:
    """Rounds since the weights that `role` has at the end of the line were first seen in any role."""
    if role == WORLD or role not in line[-1]:
        return 0
    first = next(place for place, cast in enumerate(line) if line[-1][role] in cast.values())
    return len(line) - 1 - first if first else max(0, len(line) - 2)  # rounds 0 and 1 are by the same cast
