"""What is claimed of gates: what an arm ends with on tasks that no gate saw, what was let through, and how soon."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from headway.gate import Governor, Sealed, Standard
from headway.report import Claim
from headway.stages import Gate, Report, Round
from headway.stats import Estimate, holm, mean_with_bounds, student
from headway.studies.contrasts import Run, contrast, falls, rises

SURE = 0.05
METRICS = ("accuracy", "pass@16")
ASKED = (
    ("governor", "always"),
    ("governor", "self-report"),
    ("governor", "best by reward"),
    ("rater standards", "rater always"),
    ("rater standards", "rater preference alone"),
)
"""What the study asks: arms that end better than others, by every metric; one family of tests."""
BESIDE = (
    ("governor with levers", "governor"),
    ("governor with levers", "anchored from the start"),
    ("familiar rater standards", "familiar rater always"),
)
"""What it asks beside that: another family."""
DRIFTING = {
    "always": "the policy thinks better of itself",
    "rater always": "the rater likes it better",
    "familiar rater always": "the rater likes it better",
}
"""Arms in which nobody decides, and what is said of the opinion that they select by."""
DECIDING = {
    "governor": True,
    "governor with levers": True,
    "rater standards": True,
    "familiar rater standards": True,
    "self-report": False,
    "rater preference alone": False,
}
"""Arms whose gate can say no, and whether it goes by standards or by an opinion."""
Runs = Mapping[str, Sequence[Run]]


def claims(runs: Runs, gate: Sealed) -> list[Claim]:
    """Each sentence with its numbers; `gate` has the standards, and what it does not see is what scores.

    P-values of pairs are Student's over seeds, two-sided, corrected for all of a family together (Holm 1979).
    """
    made = [*_drifts(runs, gate), *_pairs(runs, gate, ASKED), *_pairs(runs, gate, BESIDE)]
    for arm in runs:
        made += [replace(claim, sentence=f"{arm}: {claim.sentence}") for claim in _decisions(arm, runs[arm], gate)]
    return [*made, *_delays(runs, gate)]


def taken(run: Run) -> Round:
    """The round whose weights one takes at the end: the best by the last ruling."""
    ruling = run[-1].ruling
    assert ruling is not None
    return run[ruling.best]


def ends(runs: Sequence[Run], gate: Sealed) -> list[Report]:
    """What the arm ends with in each seed, on the tasks that no gate saw."""
    return [_held_back(taken(run), gate) for run in runs]


def _held_back(turn: Round, gate: Sealed) -> Report:
    assert turn.report is not None
    return gate.held_back(turn.report)


def _drifts(runs: Runs, gate: Sealed) -> Iterator[Claim]:
    """What the two loops do when nobody decides: opinion up, the world down."""
    for arm, who in DRIFTING.items():
        if arm in runs:
            first = [_held_back(run[0], gate) for run in runs[arm]]
            last = [_held_back(run[-1], gate) for run in runs[arm]]
            yield rises(f"{arm}: {who}", contrast(first, last, "self_score"))
            for metric in METRICS:
                yield falls(f"{arm}: {metric} falls", contrast(first, last, metric))


def _pairs(runs: Runs, gate: Sealed, asked: Sequence[tuple[str, str]]) -> list[Claim]:
    """Who ends with more, paired by seed."""
    pairs = [(arm, other, metric) for arm, other in asked if arm in runs and other in runs for metric in METRICS]
    if not pairs or len(next(iter(runs.values()))) < 2:
        return []
    gains = [_values(runs[arm], gate, metric) - _values(runs[other], gate, metric) for arm, other, metric in pairs]
    return [
        _ends_with_more(pair, gained, p, _values(runs[pair[1]], gate, pair[2]).mean())
        for pair, gained, p in zip(pairs, gains, holm([student(gained) for gained in gains]), strict=True)
    ]


def _values(runs: Sequence[Run], gate: Sealed, metric: str) -> np.ndarray:
    return np.array([report.estimates[metric].value for report in ends(runs, gate)])


def _ends_with_more(pair: tuple[str, str, str], gained: np.ndarray, p: float, other: float) -> Claim:
    arm, against, metric = pair
    found = mean_with_bounds(gained, 0.025)
    said = (
        f"{other:.3f} → {other + found.value:.3f}, {found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}] "
        f"over {found.n} seeds, p={p:.4f} (Holm)"
    )
    return Claim(f"{arm} ends with more {metric} than {against}", said, found.value > 0 if p < SURE else None)


@dataclass(frozen=True)
class Decision:
    """A round that a gate ruled on, and whether it broke a must by the tasks that the gate did not see."""

    accepted: bool
    harmful: bool


def decisions(run: Run, gate: Sealed) -> list[Decision]:
    """Every ruling after the first, beside the fall of each must on sealed tasks from its best accepted round."""
    made = []
    for turn in run[1:]:
        if turn.ruling is None or turn.report is None:
            continue
        before = [one for one in run[: turn.index] if one.ruling is not None and one.ruling.accept]
        made.append(Decision(turn.ruling.accept, _harmful(turn, before, gate)))
    return made


def _harmful(turn: Round, before: Sequence[Round], gate: Sealed) -> bool:
    now = _held_back(turn, gate)
    sealed = [replace(one, report=_held_back(one, gate)) for one in before]
    return any(_fell(must, now, sealed) for must in standards(gate) if must.must)


def _fell(must: Standard, now: Report, before: Sequence[Round]) -> bool:
    reference = must.reference(before)
    assert reference is not None
    return now.estimates[must.metric].value - reference.estimates[must.metric].value < -must.allowed(reference)


def standards(gate: Sealed) -> tuple[Standard, ...]:
    """Those of the governor inside."""
    assert isinstance(gate.gate, Governor)
    return gate.gate.written


def _decisions(arm: str, runs: Sequence[Run], gate: Sealed) -> Iterator[Claim]:
    """How many harmful rounds stood, and how many others did not, over all seeds."""
    made = [one for run in runs for one in decisions(run, gate)]
    harmful, fine = [one for one in made if one.harmful], [one for one in made if not one.harmful]
    stood, refused = sum(one.accepted for one in harmful), sum(not one.accepted for one in fine)
    if made and arm in DECIDING:
        said = f"{stood} of {len(harmful)} harmful rounds stood; {refused} of {len(fine)} others were rolled back"
        what = "no harmful round stands" if DECIDING[arm] else "a harmful round stands"
        holds = (stood == 0) == DECIDING[arm] if harmful else None
        yield Claim(f"{what} (by tasks that the gate did not see)", said, holds)


def delays(run: Run, gate: Sealed) -> tuple[int | None, int | None]:
    """The first round of an ungated run that is harmful by sealed tasks, and the first that the gate would refuse."""
    fell = next((turn.index for turn in run[1:] if _harmful(turn, run[: turn.index], gate)), None)
    return fell, next((turn.index for turn in ruled_again(run, gate)[1:] if not turn.ruling.accept), None)  # type: ignore[union-attr]


def ruled_again(run: Run, gate: Gate) -> list[Round]:
    """The same rounds with the rulings that this gate gives, one after the other."""
    again: list[Round] = []
    for turn in run:
        assert turn.report is not None
        again.append(replace(turn, ruling=gate(tuple(again), turn.index, turn.report)))
    return again


def _delays(runs: Runs, gate: Sealed) -> Iterator[Claim]:
    for arm in DRIFTING:
        found = [delays(run, gate) for run in runs.get(arm, ())]
        both = [(fell, refused) for fell, refused in found if fell is not None and refused is not None]
        missed = [fell for fell, refused in found if fell is not None and refused is None]
        if both:
            late = _over([float(refused - fell) for fell, refused in both])
            said = (
                f"first harmful round {', '.join(str(fell) for fell, _ in found)}; first refused "
                f"{', '.join(str(refused) for _, refused in found)}; delay {late.value:+.1f} [{late.low:+.1f}, "
                f"{late.high:+.1f}] rounds over {late.n} seeds"
            )
            in_time = not missed and all(refused <= fell for fell, refused in both)
            yield Claim(f"{arm}: the governor would have refused no later than the first harmful round", said, in_time)


def _over(values: Sequence[float]) -> Estimate:
    if len(values) == 1:
        return Estimate(values[0], values[0], values[0], 1)
    return mean_with_bounds(np.array(values), 0.025)


TOLD = {
    "always": "no gate",
    "self-report": "self-report",
    "governor": "governor",
    "governor with levers": "with levers",
}


def verdict(runs: Runs, gate: Sealed) -> str:
    """Two sentences for the top of the page: what the gates end with on sealed tasks, and what they let through."""
    told = {arm: name for arm, name in TOLD.items() if arm in runs} or {arm: arm for arm in runs}
    metric, seeds = METRICS[1], len(next(iter(runs.values())))
    start = np.mean([_held_back(run[0], gate).estimates[metric].value for run in next(iter(runs.values()))])
    ended = ", ".join(f"{name} {_values(runs[arm], gate, metric).mean():.2f}" for arm, name in told.items())
    stood = ", ".join(f"{name} {_let_through(runs[arm], gate)}" for arm, name in told.items())
    return (
        f"{metric} on tasks that no gate saw, {start:.2f} at the start, is at the end: {ended} "
        f"({seeds} seed{'s' if seeds > 1 else ''}). Harmful rounds that stood: {stood}."
    )


def _let_through(runs: Sequence[Run], gate: Sealed) -> str:
    harmful = [one for run in runs for one in decisions(run, gate) if one.harmful]
    return f"{sum(one.accepted for one in harmful)} of {len(harmful)}"
