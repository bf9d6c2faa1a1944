"""What S5 reads off the exams before and after tuning, and what it claims of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.cast import Policy
from headway.domains import Verse
from headway.measure.equivalence import equivalent
from headway.measure.forecast import Forecast, forecasts
from headway.report import Claim
from headway.report.tables import table
from headway.report.words import escaped
from headway.stats import Estimate, holm, mean_over_tasks, mean_with_bounds, over_seeds_and_tasks
from headway.studies.contrasts import Run, above, below
from headway.studies.looked_at import changes, matrix

SAME = 0.05
"""A change in the share of pairs of valid programs that differ in meaning by less than this counts as none."""
ALPHA = 0.05
UNKNOWN = "too few valid texts to compare"
TEXTS = {"all": "all texts", "valid": "valid texts", "matched": "valid texts cut to equal lengths"}
"""What the conditions say of the texts."""
DIVERSITY = ("lexical", "syntactic", "semantic")
Sign = Literal["rises", "falls", "cannot tell"]


def spelled(found: Estimate) -> str:
    """A signed number and its interval."""
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


@dataclass(frozen=True)
class Moved:
    """One measure before and after, over seeds and prompts."""

    layer: str
    measure: str
    condition: str
    before: float
    after: float
    difference: Estimate
    """The mean change, with an interval over seeds and prompts."""
    p_value: float
    """Wilcoxon's signed-rank test over prompts, of the mean change over seeds."""
    effect: float
    """Cohen's d over prompts of the mean change over seeds."""
    seeds: tuple[float, ...]
    """The mean change of each seed."""

    @property
    def sign(self) -> Sign:
        """What the interval says."""
        return "rises" if self.difference.low > 0.0 else "falls" if self.difference.high < 0.0 else "cannot tell"

    @property
    def agreeing(self) -> int:
        """Seeds whose change has the sign of the mean."""
        return sum(np.sign(one) == np.sign(self.difference.value) for one in self.seeds)

    def __str__(self) -> str:
        return (
            f"{self.before:.3f} → {self.after:.3f}, {spelled(self.difference)} over {self.difference.n} prompts, "
            f"d={self.effect:+.2f}, {self.agreeing} of {len(self.seeds)} seeds"
        )


@dataclass(frozen=True)
class Tuning:
    """One arm: everything that moved, and what was forecast from the first policy's own attempts."""

    arm: str
    moved: tuple[Moved, ...]
    forecasts: tuple[Forecast, ...]
    kept: np.ndarray
    """The change in semantic diversity among valid texts, a prompt each, mean over seeds; empty where not measured."""

    def of(self, layer: str, measure: str, condition: str = "all") -> Moved | None:
        """One measure; None where no prompt had enough texts for it in both exams."""
        for one in self.moved:
            if (one.layer, one.measure, one.condition) == (layer, measure, condition):
                return one
        return None

    @property
    def diversity(self) -> list[Moved]:
        """The measures of diversity."""
        return [one for one in self.moved if one.layer in DIVERSITY]

    @property
    def foretold(self) -> Estimate | None:
        """The forecast change of entropy per unit of tilt, mean over seeds; its interval is the widest of theirs.

        None where nothing was paid differently at any prompt.
        """
        each = [one.change for one in self.forecasts]
        if not each:
            return None
        value = float(np.mean([one.value for one in each]))
        half = max((one.high - one.low) / 2.0 for one in each)
        return Estimate(value, value - half, value + half, each[0].n)


def tuned(arm: str, runs: Sequence[Run], prose: Verse) -> Tuning:
    """What one arm did, from the run of every seed."""
    verse = arm.startswith("verse")
    tables, seen = [], []
    for run in runs:
        last = run[run[-1].ruling.keep] if run[-1].ruling is not None else run[-1]
        begun, learned = run[0].exam, run[1].attempts
        assert begun is not None and last.exam is not None and learned is not None
        tables.append(changes(begun, last.exam, prose if verse else None))
        # What training sees is the weight, so that is the reward whose effect is forecast.
        seen += forecasts(learned.frame.select("task", "domain", "logprob", reward="weight"))
    keys = pl.concat([one.select("layer", "measure", "condition") for one in tables]).unique(maintain_order=True)
    moved = [one for key in keys.iter_rows() if (one := moved_of(tables, *key)) is not None]
    kept = difference(tables, "semantic", "1 - cosine" if verse else "Div_pair", "valid")
    return Tuning(arm, tuple(moved), tuple(seen), kept)


def difference(tables: Sequence[pl.DataFrame], layer: str, measure: str, condition: str) -> np.ndarray:
    """The change at every prompt, mean over the seeds that know it, (prompts,)."""
    old, new = (matrix(tables, layer, measure, condition, side) for side in ("before", "after"))
    return over_seeds_known(new - old)


def over_seeds_known(values: np.ndarray) -> np.ndarray:
    """Means over the first axis of what is no NaN; columns of nothing but NaN are left out."""
    known = ~np.isnan(values)
    some = known.any(axis=0)
    return np.where(known, values, 0.0)[:, some].sum(0) / known[:, some].sum(0)


def moved_of(tables: Sequence[pl.DataFrame], layer: str, measure: str, condition: str) -> Moved | None:
    """One measure over all seeds; None where no prompt knows it before and after."""
    old, new = (matrix(tables, layer, measure, condition, side) for side in ("before", "after"))
    change = new - old
    found = over_seeds_and_tasks(change)
    if found is None:
        return None
    both = ~np.isnan(change)
    by_prompt = over_seeds_known(change)
    spread = float(by_prompt.std(ddof=1)) if len(by_prompt) > 1 else 0.0
    return Moved(
        layer,
        measure,
        condition,
        before=float(old[both].mean()),
        after=float(new[both].mean()),
        difference=found,
        p_value=wilcoxon(by_prompt),
        effect=float(by_prompt.mean() / spread) if spread else 0.0,
        seeds=tuple(float(row[known].mean()) for row, known in zip(change, both, strict=True) if known.any()),
    )


def wilcoxon(values: np.ndarray) -> float:
    """Two-sided p-value that changes are as often and as large up as down; 1 where nothing changed at all."""
    from scipy.stats import wilcoxon as test

    if not np.any(values != 0.0):
        return 1.0
    return float(np.asarray(test(values, method="approx"))[1])


def adjusted_p(found: Mapping[str, Tuning], arms: Sequence[str]) -> dict[tuple[str, str, str, str], float]:
    """Holm's p-value of every measure of diversity in these arms, by arm, layer, measure and condition."""
    tests = [(arm, one) for arm in arms for one in found[arm].diversity]
    adjusted = holm([one.p_value for _, one in tests])
    return {(arm, one.layer, one.measure, one.condition): p for (arm, one), p in zip(tests, adjusted, strict=True)}


def shown(one: Tuning) -> str:
    """The table of an arm, for the page."""
    rows = [
        (
            moved.layer,
            escaped(moved.measure),
            moved.condition,
            f"{moved.before:.3f} → {moved.after:.3f}",
            spelled(moved.difference),
            f"{moved.effect:+.2f}",
            f"{moved.p_value:.1e}",
        )
        for moved in one.moved
    ]
    head = ("layer", "measure", "texts", "before → after", "change, 95 % over seeds and prompts", "d", "Wilcoxon p")
    foretold = one.foretold
    said = "Nothing could be forecast." if foretold is None else f"Forecast: {spelled(foretold)} nats per unit of tilt."
    return f"<h4>{escaped(one.arm)}: before and after</h4><p>{escaped(said)}</p>{table(head, rows, numbers_from=3)}"


def tells_apart(rater: Policy, prose: Verse, run: Run) -> np.ndarray:
    """How often the rater prefers a real line to one by the first policy, at each held-out prompt of the exam."""
    exam = run[0].exam
    assert exam is not None
    rated = exam.frame.select("task", "prompt", "truth", rater=exam.verdict("rater")).drop_nulls()
    real = rated.unique("task", maintain_order=True)
    answers = [prose.read(truth) or truth for truth in real["truth"]]
    scores = pl.Series(np.asarray(rater.verdict(real["prompt"].to_list(), answers), dtype=np.float64))
    beside = rated.join(real.select("task", real=scores), on="task", maintain_order="left")
    wins = beside.select("task", win=(pl.col("real") > pl.col("rater")).cast(pl.Float64))
    return wins.group_by("task").agg("win").sort("task").select(pl.col("win").list.mean())["win"].to_numpy()


def informed(raters: Sequence[np.ndarray]) -> Claim:
    """Whether the raters have learned anything: prompts of all seeds, which may differ, count alike."""
    means = np.array([values.mean() for values in raters])
    found = mean_with_bounds(means, 0.025) if len(means) > 1 else mean_over_tasks(raters[0])
    assert found is not None
    sentence = "verse: the rater prefers a held-out line of Shakespeare's to one of the first policy's oftener than not"
    return Claim(sentence, f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]", above(found, 0.5))


def claims(found: Mapping[str, Tuning], main: Sequence[str]) -> list[Claim]:
    """What the study claims, each sentence with its numbers; the paper's sentences come first."""
    code, verse = (found[arm] for arm in main)
    p_values = adjusted_p(found, main)

    def tested(one: Tuning, key: tuple[str, str, str], wanted: Sign) -> Claim:
        sentence = f"{one.arm}: {key[0]} diversity {wanted} ({key[1]}, {TEXTS[key[2]]})"
        moved = one.of(*key)
        if moved is None:
            return Claim(sentence, UNKNOWN, None)
        p = p_values[(one.arm, *key)]
        clear = (above if wanted == "rises" else below)(moved.difference)
        holds = (True if p < ALPHA else None) if clear else clear
        return Claim(sentence, f"{moved}, Holm p={p:.1e}", holds)

    made = [
        _quality(code, "right", "code: more programs pass (tuning does what it is paid for)"),
        _quality(verse, "rater", "verse: the rater likes the lines better"),
        tested(code, ("lexical", "EAD", "matched"), "falls"),
        tested(code, ("syntactic", "EAD of subtrees", "matched"), "falls"),
        _preserved(code),
        tested(code, ("semantic", "Div_pair", "all"), "rises"),
        tested(verse, ("lexical", "EAD", "matched"), "rises"),
        tested(verse, ("syntactic", "EAD of skeletons", "matched"), "rises"),
        tested(verse, ("semantic", "1 - cosine", "matched"), "rises"),
    ]
    return [*made, *_flips(found, main), *_foretold(found)]


def _quality(one: Tuning, measure: str, sentence: str) -> Claim:
    moved = one.of("quality", measure)
    return Claim(sentence, UNKNOWN, None) if moved is None else Claim(sentence, str(moved), above(moved.difference))


def _preserved(code: Tuning) -> Claim:
    sentence = f"code: among valid programs, pairs that mean different things stay within {SAME} (TOST over prompts)"
    moved = code.of("semantic", "Div_pair", "valid")
    if moved is None or len(code.kept) < 2:
        return Claim(sentence, UNKNOWN, None)
    test = equivalent(code.kept, SAME)
    outside = moved.difference.low > SAME or moved.difference.high < -SAME
    said = f"{moved}; 90 % [{test.mean.low:+.3f}, {test.mean.high:+.3f}] over prompts, p={test.p_value:.1e}"
    return Claim(sentence, said, False if outside else True if test.holds else None)


FLIPS = (
    (
        "code several",
        "semantic",
        "Div_pair",
        "valid",
        "rises",
        "code: paid for several solutions, valid ones differ more",
    ),
    ("verse typical", "lexical", "EAD", "matched", "falls", "verse: paid for the typical, lexical diversity falls"),
    ("code typical", "lexical", "EAD", "matched", "falls", "code: paid for the typical, lexical diversity falls"),
)


def _flips(found: Mapping[str, Tuning], main: Sequence[str]) -> list[Claim]:
    """The controls, whose sign can be told beforehand; with `several` also against the reward for passing alone."""
    made = []
    for arm, layer, measure, condition, wanted, sentence in FLIPS:
        if arm in found:
            moved = found[arm].of(layer, measure, condition)
            if moved is None:
                made.append(Claim(sentence, UNKNOWN, None))
                continue
            made.append(Claim(sentence, str(moved), (above if wanted == "rises" else below)(moved.difference)))
    if "code several" in found:
        made.append(_beside(found["code several"], found[main[0]]))
    return made


def _beside(several: Tuning, tests: Tuning) -> Claim:
    """Paired by seed: both start from the same policy and sit the same exam."""
    sentence = "code: paid for several solutions, effective semantic diversity ends higher than paid for passing alone"
    here, there = (one.of("semantic", "Div_pair") for one in (several, tests))
    if here is None or there is None or len(here.seeds) != len(there.seeds):
        return Claim(sentence, UNKNOWN, None)
    gain = mean_with_bounds(np.array(here.seeds) - np.array(there.seeds), 0.025)
    return Claim(sentence, f"{there.after:.3f} and {here.after:.3f}, {spelled(gain)} over {gain.n} seeds", above(gain))


def _foretold(found: Mapping[str, Tuning]) -> list[Claim]:
    """The forecast's sign beside that of the entropy that came, in every arm whose forecast has one."""
    said, hits, clear = [], 0, 0
    for arm, one in found.items():
        came = one.of("entropy", "nats a text")
        told = one.foretold
        if told is None or came is None:
            continue
        sure = bool(told.low > 0.0 or told.high < 0.0)
        said.append(f"{arm} {told.value:+.2f}{'' if sure else ' (unclear)'} then {came.difference.value:+.2f}")
        clear += sure
        hits += sure and bool(np.sign(told.value) == np.sign(came.difference.value))
    sentence = "the forecast has the sign of what tuning did to the entropy, in every arm where it has one"
    return [Claim(sentence, f"{hits} of {clear}: {'; '.join(said)} [nats a text]", hits == clear if clear else None)]


def verdict(found: Mapping[str, Tuning], main: Sequence[str]) -> str:
    """One sentence for the top of the page."""
    told = []
    for arm in main:
        each = [
            f"{layer} {moved.sign} ({moved.before:.3f} → {moved.after:.3f})"
            for layer in DIVERSITY
            if (moved := _strictest(found[arm], layer)) is not None
        ]
        told.append(f"{arm.split(' ')[0]}: {', '.join(each)}")
    seeds = len(found[main[0]].forecasts)
    return f"The same preference tuning, among valid texts at equal lengths. {'; '.join(told)}; {seeds} seeds."


def _strictest(one: Tuning, layer: str) -> Moved | None:
    """The first measure of a layer under the strictest condition under which it was taken."""
    for condition in ("matched", "valid", "all"):
        for moved in one.moved:
            if (moved.layer, moved.condition) == (layer, condition):
                return moved
    return None
