"""Carrying out `headway gap`: a pilot and its estimate, the rest, and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from headway.cli.gap_shown import described, table_of
from headway.cli.output import said
from headway.meter.findings import findings
from headway.meter.rows import Rows, read_rows

if TYPE_CHECKING:
    from headway.attempts import Attempts
    from headway.cast import Cast
    from headway.meter.asking import Asking, Cost, Part
    from headway.stages import Judge

SAVED = (".jsonl", ".parquet")
LONGEST = 256
"""Tokens of an attempt where the domain does not say how long a right answer is."""


@dataclass(frozen=True)
class Settings:
    """What the command line says of how to ask."""

    tasks: int
    attempts: int
    asks: tuple[str, ...]
    judges: tuple[str, ...]
    temperature: float
    top_p: float
    max_tokens: int | None
    checker: str | None
    stop: tuple[str, ...]
    question: str | None
    seed: int


@dataclass(frozen=True)
class Told:
    """How the answer is given: what counts as a gain, and where it goes."""

    margin: float
    html: Path | None
    as_json: bool


def from_rows(path: Path, truth: str | None, verdicts: Sequence[str], told: Told) -> None:
    """The gap from rows that are there already; loads no torch."""
    _shown(read_rows(path, truth, verdicts), told, None)


def from_model(
    model: str, domains: Sequence[str], settings: Settings, told: Told, *, out: Path | None, plan: bool
) -> None:
    """The gap of a model, asked now: the pilot, the estimate, the rest."""
    from headway.attempts import Attempts
    from headway.meter.asking import PILOTS, spent
    from headway.meter.rows import rows_of

    if out is not None and out.suffix != ".parquet":
        raise ValueError(f"--out is {out}; the rows are written as Parquet, so name a .parquet file")
    console = Console(stderr=told.as_json)
    cast, judges = cast_of(model, settings)
    asked = told_apart([asking_of(domain, judges, settings) for domain in domains], domains)
    walks = [one.parts(cast) for one in asked]
    with console.status("a pilot of every domain") if console.is_terminal else Quiet():
        parts = [list(islice(walk, PILOTS)) for walk in walks]
    refuse_unable(cast, [pilot for pilots in parts for pilot in pilots], settings)
    estimate = estimated(asked, parts)
    console.print(said_of(estimate, "will take about"), soft_wrap=True, highlight=False)
    if plan:
        return said({"estimated": vars(estimate)}, "", as_json=True) if told.as_json else None
    for one, walk, done in zip(asked, walks, parts, strict=True):
        for part in walk:
            done.append(part)
            reached = sum(piece.tasks for piece in done)
            console.print(f"{one.name or one.domain.name}: {reached} of {len(one.questions())} tasks", highlight=False)
    took = spent([part for done in parts for part in done])
    console.print(said_of(took, "took"), soft_wrap=True, highlight=False)
    attempts = Attempts.join([part.attempts for done in parts for part in done])
    if out is not None:
        attempts.frame.write_parquet(out)
    rows = rows_of(attempts, [judge.name for judge in judges])
    _shown(rows, told, (estimate, took))
    return None


def cast_of(model: str, settings: Settings) -> "tuple[Cast, tuple[Judge, ...]]":
    """Who writes and who judges: the model itself in every way of `asks`, or the `judges` that are named."""
    from headway.cast import Cast
    from headway.cli.players import policy_named
    from headway.verify import Opinion

    def player(name: str):
        return policy_named(name, stop=settings.stop, question=settings.question, seed=settings.seed)

    roles = {"solver": player(model)} | {name: player(name) for name in settings.judges}
    others = settings.judges or ("solver",)
    judges = tuple(
        Opinion(role=role, ask=ask, name=ask if role == "solver" else f"{ask} by {role}")  # type: ignore[arg-type]
        for role in others
        for ask in settings.asks
    )
    return Cast(roles), judges


def asking_of(domain: str, judges: "tuple[Judge, ...]", settings: Settings) -> "Asking":
    """One domain as it is going to be asked."""
    from headway.cli.fields import domain_named
    from headway.domains import File
    from headway.meter.asking import Asking
    from headway.presets import longest
    from headway.sample import Each

    found = domain_named(domain, settings.checker if Path(domain).suffix in SAVED else None)
    tokens = settings.max_tokens or (LONGEST if isinstance(found, File) else longest(found))
    sample = Each(found, settings.attempts, settings.temperature, settings.top_p, tokens)
    return Asking(found, sample, judges, settings.tasks, settings.seed)


def told_apart(asked: "Sequence[Asking]", domains: Sequence[str]) -> "list[Asking]":
    """Variants of one domain under the names that they were asked for by."""
    names = [one.domain.name for one in asked]
    return [
        replace(one, name=given) if names.count(one.domain.name) > 1 else one
        for one, given in zip(asked, domains, strict=True)
    ]


def estimated(asked: "Sequence[Asking]", pilots: "Sequence[Sequence[Part]]") -> "Cost":
    """What the whole measurement takes, by its pilots."""
    first, *others = (one.cost(done, len(one.questions())) for one, done in zip(asked, pilots, strict=True))
    return sum(others, first)


def said_of(cost: "Cost", verb: str) -> str:
    """A cost as a sentence."""
    digits = 1 if cost.seconds < 100 else 0
    return f"{verb} {cost.attempts:,} attempts, {cost.tokens:,} tokens, {cost.seconds:,.{digits}f} s"


def refuse_unable(cast: "Cast", pilots: "Sequence[Part]", settings: Settings) -> None:
    """ValueError where the model has no verdict format, before hours are spent on its noise."""
    from headway.policy.tiny import Tiny

    if "verdict" not in settings.asks:
        return
    for role in settings.judges or ("solver",):
        policy = cast[role]
        if isinstance(policy, Tiny) and (share := verdict_share(policy, [part.attempts for part in pilots])) < 0.5:
            raise ValueError(
                f"this model has no verdict format: asked whether an answer is right, it says yes or no with a "
                f"probability of {share:.2f}; measure --ask likelihood, name another --judge, or teach it verdicts "
                f"(start=Judging(...) or Pretrained(...))"
            )


def verdict_share(policy, tables: "Sequence[Attempts]") -> float:
    """How much of its probability the policy gives to its two verdict words when it is asked for a verdict."""
    import numpy as np

    pairs = [(row.prompt, row.answer) for table in tables for row in table if row.answer is not None][:64]
    if not pairs:
        return 1.0  # nothing readable to ask about; the findings will say so
    questions = [policy.verdict_question(*pair) for pair in pairs]
    words = [policy.score(questions, [word] * len(questions)).logprob for word in policy.verdict_words]
    return float(np.exp(words).sum(axis=0).mean())


class Quiet:
    """Nothing to see while the work is done."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        return None


def _shown(rows: Rows, told: Told, costs: "tuple[Cost, Cost] | None") -> None:
    found = findings(rows, margin=told.margin)
    if not found:
        raise ValueError(
            f"the judges {', '.join(rows.opinions)} said nothing of any attempt, so there is no gap to measure"
        )
    if told.html is not None:
        from headway.cli.gap_shown import GapPage
        from headway.report import write

        write(GapPage(tuple(found), rows.notes), told.html)
    data = described(found, rows.notes)
    if costs is not None:
        data |= {"estimated": vars(costs[0]), "took": vars(costs[1])}
    if told.as_json:
        said(data, "", as_json=True)
    else:
        Console().print(table_of(found, rows.notes))
