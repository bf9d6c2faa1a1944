"""What became of a loop that sets its own tasks: on dev and exam, on its own labels, and when it turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.measure.proposals import asked, refused, summary
from headway.report import Claim
from headway.select.learnability import PROPOSALS
from headway.stages import Report
from headway.stats import Estimate, holm, mean_with_bounds, paired_difference, student
from headway.studies.contrasts import Run

SURE = 0.05
DEV, EXAM = 0, 1
Numbers = Mapping[str, float | None]


@dataclass(frozen=True)
class Course:
    """One seed of one arm. Lists are by round, round 0 (the first policy) first; `proposed` begins with round 1."""

    dev: list[float]
    exam: list[float]
    levels: list[dict[int, float]]
    """Exam accuracy by level."""
    proposed: list[Numbers]
    """`measure.proposals.summary` of each round, and where somebody proposed the share `valid` and `withheld`."""
    fall: Estimate | None
    """Exam accuracy at the end less that of the best round, paired by task; None where the best is the last."""

    @property
    def best(self) -> int:
        """The round with the highest accuracy on dev, the first of equals: the checkpoint that is reported."""
        return int(np.argmax(self.dev))

    @property
    def reported(self) -> float:
        """Exam accuracy of the reported checkpoint."""
        return self.exam[self.best]

    @property
    def end(self) -> float:
        """Exam accuracy after the last round."""
        return self.exam[-1]

    @property
    def turned(self) -> int | None:
        """The round after which it went down: the best one, where the exam is surely worse at the end; else None."""
        return self.best if self.fall is not None and self.fall.high < 0.0 else None

    def late(self, what: str) -> float | None:
        """The mean of a number of `proposed` over the last third of the rounds; None where it was never known."""
        return _mean(self.proposed[-_third(self.proposed) :], what)

    def early(self, what: str) -> float | None:
        """The same over the first third."""
        return _mean(self.proposed[: _third(self.proposed)], what)


def course(run: Run) -> Course:
    """What a run's rounds show; every other task of each level is dev's, the rest the exam's."""
    reports = [turn.report for turn in run if turn.report is not None]
    dev, exam = ([_accuracy(report, side) for report in reports] for side in (DEV, EXAM))
    best = int(np.argmax(dev))
    fall = None
    if best < len(reports) - 1:
        first, last = (_side(reports[place], EXAM)["accuracy"].to_numpy() for place in (best, -1))
        fall = paired_difference(first, last)
    return Course(dev, exam, [_levels(report) for report in reports], _proposed(run), fall)


def _side(report: Report, side: int) -> pl.DataFrame:
    return report.by_task.gather_every(2, side)


def _accuracy(report: Report, side: int) -> float:
    return float(_side(report, side)["accuracy"].mean())  # type: ignore[arg-type]


def _levels(report: Report) -> dict[int, float]:
    rows = _side(report, EXAM).group_by("level").agg(pl.col("accuracy").mean()).sort("level")
    return dict(rows.iter_rows())


def _proposed(run: Run) -> list[Numbers]:
    turns = [turn for turn in run if turn.attempts is not None and turn.sampled is not None]
    frames = [
        asked(turn.attempts.filter(turn.attempts["domain"] != PROPOSALS)) for turn in turns if turn.attempts is not None
    ]
    made: list[Numbers] = []
    for turn, numbers in zip(turns, summary(frames), strict=True):
        counts = refused(turn.sampled) if turn.sampled is not None else None
        shares = (
            {}
            if counts is None
            else {
                "valid": 1.0 - counts["malformed"] / counts["written"],
                "withheld": counts["withheld"] / counts["written"],
            }
        )
        made.append({**numbers, **shares})
    return made


def _third(rounds: Sequence[object]) -> int:
    return max(1, len(rounds) // 3)


def _mean(rounds: Sequence[Numbers], what: str) -> float | None:
    known = [value for value in (numbers.get(what) for numbers in rounds) if value is not None]
    return float(np.mean(known)) if known else None


Courses = Mapping[str, Sequence[Course]]
Pairs = Mapping[str, tuple[Sequence[float | None], Sequence[float | None]]]


def claims(found: Courses) -> list[Claim]:
    """What is claimed of every arm, in families; p-values are Student's over seeds, two-sided, Holm within a family."""
    if min(map(len, found.values())) < 2:
        return [Claim("self-play is worth something", "one seed supports no claim; run more seeds", None)]
    start = [one.exam[0] for one in found["sqlm"]]
    sqlm = found["sqlm"]
    others = {arm: seeds for arm, seeds in found.items() if arm != "sqlm"}
    made = family(
        {
            f"{arm}: the reported checkpoint is better than the first policy": (start, [one.reported for one in seeds])
            for arm, seeds in found.items()
        }
    )
    made += family(
        {
            f"{arm}: reports more accuracy than sqlm": ([one.reported for one in sqlm], [one.reported for one in seeds])
            for arm, seeds in others.items()
        }
    )
    made += family(
        {
            f"{arm}: ends with more accuracy than sqlm": ([one.end for one in sqlm], [one.end for one in seeds])
            for arm, seeds in others.items()
        }
    )
    made += family(
        {
            f"{arm}: ends below its own reported checkpoint": (
                [-one.reported for one in seeds],
                [-one.end for one in seeds],
            )
            for arm, seeds in found.items()
        }
    )
    if "fast" in found:
        fast = found["fast"]
        made += family(
            {
                f"{arm}: ends with more accuracy than fast": ([one.end for one in fast], [one.end for one in seeds])
                for arm, seeds in found.items()
                if arm.startswith("fast ")
            }
        )
    return made + family(proposer_pairs(found))


def proposer_pairs(found: Courses) -> Pairs:
    """What is claimed of proposals: late ones against the frozen proposer's, and the variety term against none."""
    sqlm = found["sqlm"]
    pairs = {
        "sqlm: labels are right less often late than early": (
            [_minus(one.early("label_right")) for one in sqlm],
            [_minus(one.late("label_right")) for one in sqlm],
        ),
        "sqlm: solvers agree more often late than early": (
            [one.early("agreement") for one in sqlm],
            [one.late("agreement") for one in sqlm],
        ),
    }
    if "frozen" in found:
        pairs |= {
            f"sqlm: late tasks are {said} than a frozen proposer's": (
                [one.late(what) for one in found["frozen"]],
                [one.late(what) for one in sqlm],
            )
            for said, what in (("of a higher level", "level"), ("harder", "hard"), ("more often in the band", "band"))
        }
    if "variety" in found:
        pairs["variety: late tasks are more often distinct than sqlm's"] = (
            [one.late("distinct") for one in sqlm],
            [one.late("distinct") for one in found["variety"]],
        )
    return pairs


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def family(pairs: Pairs) -> list[Claim]:
    """A claim a pair, that the second is more than the first; a pair with an unknown number cannot be told."""
    known = {
        sentence: (np.array(first, dtype=float), np.array(second, dtype=float))
        for sentence, (first, second) in pairs.items()
        if None not in first and None not in second
    }
    adjusted = dict(zip(known, holm([student(second - first) for first, second in known.values()]), strict=True))
    made = []
    for sentence in pairs:
        if sentence not in known:
            made.append(Claim(sentence, "a seed has nothing to measure", None))
            continue
        first, second = known[sentence]
        gained, p = mean_with_bounds(second - first, 0.025), adjusted[sentence]
        said = (
            f"{abs(first.mean()):.3f} → {abs(second.mean()):.3f}, {gained.value:+.3f} "
            f"[{gained.low:+.3f}, {gained.high:+.3f}] over {gained.n} seeds, p={p:.4f} (Holm)"
        )
        made.append(Claim(sentence, said, gained.value > 0.0 if p < SURE else None))
    return made
