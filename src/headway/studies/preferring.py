"""What S4b reads off the exams of judges, and what it claims of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.domains.outcomes import Weighed
from headway.measure.utility import Utilities, fitted, pairs_of
from headway.measure.utility.choices import Pairs
from headway.measure.utility.followed import followed_more
from headway.measure.utility.shared import apart, mean_over_shared
from headway.report import Claim
from headway.stages import Report
from headway.stats import Estimate, mean_with_bounds
from headway.studies.contrasts import Run, above, below, ends, over_seeds, short
from headway.verify import Assembly

FLAT = 0.05
"""A change within this much of 0 counts as none."""
SAME = 0.9
"""Choices count as kept where at least this share of them is as before."""


@dataclass(frozen=True)
class Judge:
    """One judge, or one arm's last: a report and the exam for every seed, and the outcomes that it was asked about."""

    reports: tuple[Report, ...]
    exams: tuple[Attempts, ...]
    domain: Weighed

    def mean(self, metric: str) -> Estimate:
        """An estimate over seeds; with one seed, that seed's own."""
        return over_seeds([report.estimates[metric] for report in self.reports])

    def pairs(self) -> list[Pairs]:
        """Every pair of real outcomes and what was chosen, a seed each."""
        return [pairs_of(exam.filter(pl.col("domain") == self.domain.name)) for exam in self.exams]

    def utilities(self) -> list[Utilities]:
        """Fitted to all pairs of the real outcomes: for comparing two judges, not for scoring one."""
        return [fitted(len(self.domain.outcomes), pairs) for pairs in self.pairs()]

    def __str__(self) -> str:
        floor = max(self.mean(f"{name}/accuracy").value for name in self._floors)
        return (
            f"foretells {short(self.mean('accuracy'))} of held-out choices, {floor:.3f} among nonsense; "
            f"decided {short(self.mean(f'{self.domain.name}/confidence'))}; "
            f"as raters would {short(self.mean('follows tool'))}, as the assembly would "
            f"{short(self.mean('follows assembly'))}"
        )

    @property
    def _floors(self) -> list[str]:
        return sorted(
            name.removesuffix("/accuracy")
            for name in self.reports[0].estimates
            if name.endswith("/accuracy") and name != f"{self.domain.name}/accuracy"
        )

    def floor(self, metric: str) -> Estimate:
        """The higher one of what the lists without meaning give."""
        return max((self.mean(f"{name}/{metric}") for name in self._floors), key=lambda found: found.value)


def judge_of(runs: Sequence[Run], domain: Weighed, at: int | None = None) -> Judge:
    """The judge that each seed's run ended with, or that of round `at`."""
    last = [run[run[-1].ruling.keep if at is None else at] for run in runs if run[-1].ruling is not None]
    reports = tuple(turn.report for turn in last if turn.report is not None)
    return Judge(reports, tuple(turn.exam for turn in last if turn.exam is not None), domain)


def moved(before: Sequence[Report], after: Sequence[Report], metric: str) -> Estimate:
    """`after - before`: paired over seeds, or with one seed as if the two exams had nothing in common."""
    old, new = ([report.estimates[metric] for report in reports] for reports in (before, after))
    if len(old) == 1:
        return apart(new[0], old[0])
    return mean_with_bounds(np.array([one.value - other.value for one, other in zip(new, old, strict=True)]), 0.025)


def follows_more(before: Judge, after: Judge, judge: str) -> Estimate:
    """How much more often choices between real outcomes go as a judge says: over seeds, or with one over pairs."""
    real = pl.col("domain") == before.domain.name
    found = [
        followed_more(old.filter(real), new.filter(real), judge)
        for old, new in zip(before.exams, after.exams, strict=True)
    ]
    return over_seeds([one for one in found if one is not None])


def kept_choices(before: Judge, after: Judge, assembly: Assembly, *, silent: bool) -> Estimate:
    """Share of choices decided as before, of pairs on which the assembly is silent, or of those on which it speaks."""
    tags = [" ".join(one.tags) for one in before.domain.outcomes]
    found = []
    for old, new in zip(before.pairs(), after.pairs(), strict=True):
        rows = zip(old.first.tolist(), old.second.tolist(), strict=True)
        says = np.array([assembly.chooses(tags[one], tags[other]) for one, other in rows])
        wanted = (says == 0) == silent
        alike = (old.share > 0.5) == (new.share > 0.5)
        found.append(mean_over_shared(old.members[wanted], alike[wanted].astype(np.float64)))
    return over_seeds([one for one in found if one is not None])


def largest_shift(before: Judge, after: Judge, assembly: Assembly, *, named: bool) -> Estimate:
    """The mean over outcomes of how far a utility moved, of those that a standard names, or of the others [deviations].

    An interval over seeds; with one seed, over outcomes.
    """
    spoken = {clause.worse for member in assembly.members for clause in member.clauses}
    wanted = np.array([bool(spoken & set(one.tags)) == named for one in before.domain.outcomes])
    shifts = [
        np.abs(new.mean - old.mean)[wanted] for old, new in zip(before.utilities(), after.utilities(), strict=True)
    ]
    if len(shifts) == 1:
        return mean_with_bounds(shifts[0], 0.025)
    return mean_with_bounds(np.array([one.mean() for one in shifts]), 0.025)


def claims(
    bases: Mapping[int, Judge],
    width: int,
    tuned: Mapping[str, Judge],
    own: Mapping[str, Sequence[Run]],
    assembly: Assembly,
) -> list[Claim]:
    """What the study claims, each sentence with its numbers; `width` is that of the judge that is tuned."""
    main = bases[width]
    real = main.domain.name
    made = [
        _above("among nonsense, utilities foretell held-out choices as well", main.floor("accuracy"), 0.5),
        *(
            _above(f"width {size}: held-out choices are foretold better than those", one.mean("accuracy above floor"))
            for size, one in bases.items()
        ),
        *(
            _above(f"width {size}: it is more decided than about nonsense", one.mean("confidence above floor"))
            for size, one in bases.items()
        ),
        _above("choices go as raters would have them, more than by chance", main.mean("follows tool"), 0.5),
        _above("lotteries follow the utilities of their outcomes", main.mean(f"{real}/lottery gain")),
        _above("and they do so better than among nonsense", main.mean("lottery gain above floor")),
        _below("three majorities go round in a circle less often than a coin's", main.mean(f"{real}/circular"), 0.25),
        _within("no more chosen for being shown first", main.mean(f"{real}/place")),
    ]
    made += [_wider(bases)] if len(bases) > 1 else []
    made += _of_tuning(main, tuned, assembly)
    return made + (_of_own(own) if own else [])


def _wider(bases: Mapping[int, Judge]) -> Claim:
    small, large = bases[min(bases)], bases[max(bases)]
    gain = moved(small.reports, large.reports, "follows tool")
    return _above(f"a wider judge chooses as raters would more often (width {min(bases)} to {max(bases)})", gain)


def _of_tuning(main: Judge, tuned: Mapping[str, Judge], assembly: Assembly) -> list[Claim]:
    made = []
    for arm, other in (("assembly", "follows assembly"), ("raters", "follows tool")):
        if arm in tuned:
            gain = follows_more(main, tuned[arm], other.removeprefix("follows "))
            before, after = main.mean(other).value, tuned[arm].mean(other).value
            sentence = f"{arm}: choices between new outcomes go more as it was tuned"
            made.append(Claim(sentence, f"{before:.3f} → {after:.3f}, {short(gain)}", above(gain)))
    if "assembly" in tuned:
        after = tuned["assembly"]
        named, others = (largest_shift(main, after, assembly, named=named) for named in (True, False))
        made += [
            _above(
                f"assembly: at least {SAME} of choices on which it is silent stay as they were",
                kept_choices(main, after, assembly, silent=True),
                SAME,
            ),
            _above("assembly: outcomes that a standard names move further than the others", apart(named, others)),
            _within("assembly: coherence above the floor stays", _gain(main, after, "accuracy above floor")),
            _below("assembly: it now goes less as raters would", follows_more(main, after, "tool")),
        ]
    return made


def _gain(before: Judge, after: Judge, metric: str) -> Estimate:
    return moved(before.reports, after.reports, metric)


def _of_own(own: Mapping[str, Sequence[Run]]) -> list[Claim]:
    first, last = ends(own["base"]), ends(own["self"])
    start, end = (over_seeds([report.estimates["bias"] for report in reports]) for reports in (first, last))
    apart_at_start = over_seeds([report.estimates["bias apart"] for report in first])
    grown = moved(first, last, "bias")
    undeserved = moved(first, last, "undeserved")
    return [
        _above("own answers are favoured beyond what they deserve", start),
        _above("more than another model favours the same answers", apart_at_start),
        Claim(
            "after rounds on its own verdicts it favours its own more",
            f"{start.value:+.3f} → {end.value:+.3f}, {short(grown)}",
            above(grown),
        ),
        _above("and its wrong answers are preferred to right ones of the other more often", undeserved),
    ]


def of_speaker(before: Judge, after: Judge, council: Assembly) -> list[Claim]:
    """What tuning a pretrained model moved, on outcomes that it was not tuned on."""
    name = before.domain.name
    first, last = (judge.mean("follows assembly") for judge in (before, after))
    gain = follows_more(before, after, "assembly")
    swayed = moved(before.reports, after.reports, f"{name}/swayed")
    return [
        Claim(
            "language model: choices between new outcomes go more as it was tuned",
            f"{first.value:.3f} → {last.value:.3f}, {short(gain)}",
            above(gain),
        ),
        _below("language model: the place decides fewer pairs", swayed),
        _above(
            f"language model: at least {SAME} of choices on which the council is silent stay as they were",
            kept_choices(before, after, council, silent=True),
            SAME,
        ),
        _within("language model: utilities foretell as much as before", _gain(before, after, "accuracy")),
    ]


def _above(sentence: str, found: Estimate, least: float = 0.0) -> Claim:
    return Claim(sentence, short(found), above(found, least))


def _below(sentence: str, found: Estimate, most: float = 0.0) -> Claim:
    return Claim(sentence, short(found), below(found, most))


def _within(sentence: str, found: Estimate) -> Claim:
    inside = found.low > -FLAT and found.high < FLAT
    return Claim(
        f"{sentence} (within {FLAT})",
        short(found),
        True if inside else False if found.high < -FLAT or found.low > FLAT else None,
    )


def verdict(main: Judge, tuned: Mapping[str, Judge], own: Mapping[str, Sequence[Run]]) -> str:
    """One sentence for the top of the page."""
    told = (
        f"Utilities foretell {main.mean('accuracy').value:.2f} of held-out choices, and "
        f"{main.floor('accuracy').value:.2f} where the words mean nothing."
    )
    if "assembly" in tuned:
        before, after = (judge.mean("follows assembly").value for judge in (main, tuned["assembly"]))
        told += f" Tuned towards the assembly it follows it {before:.2f} → {after:.2f}."
    if own:
        first, last = (
            over_seeds([report.estimates["bias"] for report in ends(own[arm])]).value for arm in ("base", "self")
        )
        told += f" Bias to its own answers {first:+.2f} → {last:+.2f} over self-judged rounds."
    seeds = len(main.reports)
    return f"{told} {seeds} seed{'s' if seeds > 1 else ''}."
