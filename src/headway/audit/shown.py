"""What both pages show of an audit: the measures that carry the verdict first, then the ones everybody asks for."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from headway.audit.auditing import Audit
from headway.audit.findings import Evidence
from headway.audit.kinds import in_words
from headway.audit.measures import attempts_of, family, measure_of
from headway.audit.problems import PICKLED, UNRELATED, Problem
from headway.stats import Estimate

ASKED_FOR = (
    "accuracy",
    "pass@k",
    "distinct_right@k",
    "reward",
    "gap",
    "auc",
    "overclaim",
    "approved",
    "distinct_approved@k",
    "same_answer",
    "overlap",
    "same_form",
    "mixed",
    "entropy",
    "tokens",
    "cut",
)
"""Quality, coverage, the proxy against the truth, sameness, signal, length."""
NAMES = {
    "accuracy": "accuracy",
    "reward": "reward",
    "gap": "reward minus accuracy",
    "auc": "AUC of the reward within prompts",
    "approved": "share rewarded",
    "confidence": "stated confidence",
    "overclaim": "confidence minus accuracy",
    "brier": "Brier score",
    "confidence_auc": "AUC of confidence within prompts",
    "self_agreement": "agreement minus accuracy",
    "probability": "token probability",
    "same_answer": "same answer twice",
    "same_text": "same text twice",
    "same_right": "same right answer twice",
    "same_approved": "same rewarded answer twice",
    "same_form": "same opening across prompts",
    "overlap": "shared trigrams at a prompt",
    "overlap_across": "shared trigrams across prompts",
    "valid": "readable answers",
    "mixed": "groups with a signal",
    "within": "reward variance within prompts",
    "all_right": "groups all right",
    "all_wrong": "groups all wrong",
    "entropy": "token entropy",
    "tokens": "tokens",
    "cut": "cut by the length limit",
    "identical_groups": "groups of one long text",
    "distinct@k": "different answers of {k}",
    "distinct_right@k": "different right answers of {k}",
    "distinct_approved@k": "different rewarded answers of {k}",
}
"""Short names for the tables; a measure without one keeps its own."""
MOST_LINES = 12
SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Line:
    """One measure over the steps; `evidence` where a finding rests on it."""

    measure: str
    points: tuple[tuple[int, Estimate], ...]
    evidence: Evidence | None = None

    @property
    def name(self) -> str:
        """What tables call it."""
        return NAMES.get(family(self.measure), self.measure).format(k=attempts_of(self.measure))

    @property
    def meaning(self) -> str:
        """What the measure is, in words."""
        attempts = attempts_of(self.measure)
        words = measure_of(self.measure).meaning
        return words if attempts is None else words.replace("k attempts", f"{attempts} attempts")

    @property
    def first(self) -> Estimate:
        """Where it began, as the evidence has it, or at the first point."""
        return self.evidence.before if self.evidence else self.points[0][1]

    @property
    def last(self) -> Estimate:
        """Where it is, as the evidence has it, or at the last point."""
        return self.evidence.after if self.evidence else self.points[-1][1]

    @property
    def spark(self) -> str:
        """The course as eight heights, over the measure's own range, at most 24 characters."""
        values = [estimate.value for _, estimate in self.points]
        every = -(-len(values) // 24)
        values = [
            sum(some) / len(some) for place in range(0, len(values), every) if (some := values[place : place + every])
        ]
        low, high = min(values), max(values)
        # A course that hardly moves is a flat line, not noise blown up to the full height.
        reach = max(high - low, 0.1 * max(abs(low), abs(high)), 1e-9)
        return "".join(SPARKS[min(7, int(8 * (value - (high + low - reach) / 2) / reach))] for value in values)


def lines(audit: Audit) -> list[Line]:
    """The measures of the evidence, worst finding first, and then those that everybody asks for."""
    resting: dict[str, Evidence] = {}
    for finding in audit.verdict.findings:
        for one in finding.evidence:
            resting.setdefault(one.measure, one)
    present = largest(audit.timeline["measure"].unique().to_list())
    others = [present[name] for name in ASKED_FOR if name in present]
    families = {family(name) for name in resting}
    names = [*resting, *(name for name in others if family(name) not in families)][:MOST_LINES]
    return [Line(name, course(audit.timeline, name), resting.get(name)) for name in names]


KIND_BY = (("accuracy", "reward"), ("pass@k",), ("distinct_right@k", "distinct_approved@k"))
"""What is shown of every kind of prompt: of each the first that the log has."""
MOST_KINDS = 12


@dataclass(frozen=True)
class Kind:
    """One kind of prompt: its name, its prompts at the last point, and measures at the first and the last point."""

    name: str
    prompts: int
    courses: tuple[tuple[Estimate, Estimate] | None, ...]


def kinds(audit: Audit) -> tuple[tuple[str, ...], list[Kind]]:
    """The names of the measures, and the kinds by name; empty where the log has one kind, or one step."""
    present = largest(audit.apart["measure"].unique().to_list())
    chosen = [present[found[0]] for names in KIND_BY if (found := [name for name in names if name in present])]
    if not chosen or len(audit.stretches) < 2:
        return (), []
    made = []
    for group in audit.apart["group"].unique().sort()[:MOST_KINDS].to_list():
        rows = audit.apart.filter(pl.col("group") == group)
        courses = [course(rows, name) for name in chosen]
        ends = tuple((points[0][1], points[-1][1]) if len(points) > 1 else None for points in courses)
        prompts = max((end[1].n for end in ends if end is not None), default=0)
        made.append(Kind(in_words(group), prompts, ends))
    return tuple(Line(name, ()).name for name in chosen), made


def course(timeline: pl.DataFrame, measure: str) -> tuple[tuple[int, Estimate], ...]:
    """A measure's estimates by step."""
    rows = timeline.filter(pl.col("measure") == measure).sort("step")
    return tuple(
        (row["step"], Estimate(row["value"], row["low"], row["high"], row["n"])) for row in rows.iter_rows(named=True)
    )


def largest(names: Iterable[str]) -> dict[str, str]:
    """Of every family the name with the most attempts: `pass@k` to `pass@8`."""
    best: dict[str, str] = {}
    for name in sorted(names, key=lambda name: attempts_of(name) or 0):
        best[family(name)] = name
    return best


def named(columns: Iterable[str], audit: Audit) -> list[str]:
    """What is missing, with what would have to be logged for it."""
    alone = ["step"] if len(audit.stretches) == 1 else []
    return [HELP.get(name, name) for name in (*alone, *columns)]


HELP = {
    "step": "step: which training step wrote a rollout, over two steps or more (--map step=FIELD, or a file a step)",
    "gold": "gold: a correctness signal other than the reward (an exact check, or people, on some prompts)",
    "reward": "reward: what training optimises",
    "text": "text: what the policy wrote",
    "several attempts at a prompt": "several attempts at a prompt: coverage and sameness need at least 2, better 8",
    "confidence": "confidence: the probability of being right that the policy states, or its log-probabilities",
}
"""What each missing column would let an audit say."""


def counted_facts(audit: Audit) -> list[tuple[str, str]]:
    """What was read and how, a line each."""
    steps = f"{audit.stretches[0].first} to {audit.stretches[-1].last}"
    points = f", in {len(audit.stretches)} stretches" if any(one.first != one.last for one in audit.stretches) else ""
    facts = [
        ("log", f"{audit.root} ({audit.sources.reader}: {audit.sources.why})"),
        ("rollouts", f"{audit.rollouts:,} of split {audit.split}, steps {steps}{points}"),
        ("fields", fields(audit)),
    ]
    if audit.share < 1.0:
        facts.append(("drawn", f"whole tasks by their hash, down to {audit.share:.0%} of a stretch that is too large"))
    return facts


def fields(audit: Audit) -> str:
    """Which of the log's fields was taken for what; those of the same name together."""
    taken = [(ours, theirs) for ours, theirs in audit.sources.columns.items() if ours not in audit.absent]
    same = ", ".join(ours for ours, theirs in taken if ours == theirs)
    other = "; ".join(f"{ours} ← {theirs}" for ours, theirs in taken if ours != theirs)
    return "; ".join(part for part in (other, f"{same} as named" if same else "") if part)


def problem_in_words(problem: Problem) -> str:
    """A kind of trouble with its places; of files that hold no rollouts, which most folders have, only one is named."""
    if problem.kind in (UNRELATED, PICKLED):
        return f"{problem.kind}: {problem.count:,}, such as {problem.places[0]}"
    return str(problem)
