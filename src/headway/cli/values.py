"""Carrying out `headway values`: what it costs, the questions, and what the choices amount to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from headway.cli.output import said
from headway.cli.values_shown import ValuesPage, described, shown

if TYPE_CHECKING:
    from headway.cast import Cast
    from headway.domains.outcomes import Weighed
    from headway.meter.valued import Partial
    from headway.meter.valuing import Answered, Valuing
    from headway.stages import Sample

REPLY_TOKENS = 8
"""Tokens of a reply that is drawn: one word is asked for."""


@dataclass(frozen=True)
class Questions:
    """How a judge is asked for its choices."""

    outcomes: str | None
    framing: str
    ask: str
    replies: int
    edges: float
    seed: int


@dataclass(frozen=True)
class Own:
    """Which answers it judges beside its own: of another model, at tasks whose truth is known."""

    other: str
    tasks: str
    n: int
    ask: str


@dataclass(frozen=True)
class Where:
    """Where the answer goes."""

    out: Path | None
    html: Path | None
    as_json: bool
    plan: bool


def values(judge: str, asked: Questions, own: Own | None, where: Where) -> None:
    """Everything that `headway values` does."""
    from headway.cast import Cast
    from headway.cli.players import policy_named
    from headway.meter.valued import valued

    if where.out is not None and where.out.suffix != ".parquet":
        raise ValueError(f"--out is {where.out}; the choices are written as Parquet, so name a .parquet file")
    console = Console(stderr=where.as_json)
    real, floors, contexts = lists(asked)
    plans = {"real": plan_of(real, asked), **{name: plan_of(one, asked) for name, one in floors.items()}}
    others = {name: replace(plan_of(one, asked), edges=0.0) for name, one in contexts.items()}
    drawn = (1, 1) if asked.ask == "odds" else (asked.replies, REPLY_TOKENS)
    first, *rest = (one.price(*drawn) for one in (*plans.values(), *others.values()))
    price = sum(rest, first)
    console.print(f"will ask {price}", soft_wrap=True, highlight=False)
    if where.plan:
        return said({"price": asdict(price)}, "", as_json=True) if where.as_json else None
    cast = Cast({"solver": policy_named(judge, seed=asked.seed)})
    done = {name: walked(name, one, cast, console) for name, one in {**plans, **others}.items()}
    found = valued(done["real"], {name: done[name] for name in floors}, {name: done[name] for name in contexts})
    partial = None if own is None else of_own(own, cast, asked.seed)
    if where.out is not None:
        write_choices(done, where.out)
    if where.html is not None:
        from headway.report import write

        write(ValuesPage(judge, found, partial), where.html)
    if where.as_json:
        said({**described(found, partial), "price": asdict(price)}, "", as_json=True)
    else:
        Console().print(shown(found, partial))
    return None


def lists(asked: Questions) -> "tuple[Weighed, Mapping[str, Weighed], Mapping[str, Weighed]]":
    """The real outcomes, the two lists without meaning, and the real ones as they are asked about in other words."""
    from headway.domains.outcomes import FRAMINGS, Goods, Sentences

    if asked.outcomes is not None and "(" in asked.outcomes:
        from headway.experiment import read

        real = read(asked.outcomes)
        if not isinstance(real, Goods | Sentences):
            raise ValueError(
                f"{asked.outcomes} holds no outcomes; write out Goods(...) or Sentences(...), or name a file"
            )
    else:
        real = Sentences(asked.outcomes, framing=asked.framing)  # type: ignore[arg-type]  (it says what is allowed)
    if isinstance(real, Goods):
        return real, {arm: replace(real, arm=arm) for arm in ("numbers", "nonsense")}, {}
    alike = [name for name, one in FRAMINGS.items() if one.chat == FRAMINGS[real.framing].chat]
    return (
        real,
        {arm: replace(real, arm=arm, file=None) for arm in ("numbers", "nonsense")},
        {name: replace(real, framing=name) for name in alike if name != real.framing},
    )


def plan_of(domain: "Weighed", asked: Questions) -> "Valuing":
    """How one list is asked about."""
    from headway.meter.valuing import Valuing

    return Valuing(domain, sample_of(domain, asked), asked.edges, seed=asked.seed)


def sample_of(domain: "Weighed", asked: Questions) -> "Sample":
    """Odds of the two words, or replies that are drawn."""
    from headway.sample import Choose, Each

    if asked.ask not in ("odds", "replies"):
        raise ValueError(f"--ask is {asked.ask!r}; allowed: odds or replies")
    return Choose() if asked.ask == "odds" else Each(domain, asked.replies, max_tokens=REPLY_TOKENS)


def walked(name: str, plan: "Valuing", cast: "Cast", console: Console) -> "Answered":
    """Ask everything of one list, and say how far it is."""
    total = 2 * (3 * len(plan.held_out) + plan.fitting)
    answered, told = None, 0.0
    for answered in plan.parts(cast):
        if answered.seconds - told > 5.0:
            told = answered.seconds
            left = told * (total / max(answered.questions, 1) - 1.0)
            console.print(f"{name}: {answered.questions:,} of {total:,}, about {left:,.0f} s left", highlight=False)
    assert answered is not None, "a plan has at least the held-out triads"
    return answered


def of_own(own: Own, cast: "Cast", seed: int) -> "Partial":
    """How the judge treats its own answers beside the other model's."""
    from headway.cli.fields import domain_named
    from headway.cli.players import policy_named
    from headway.meter.valued import favoured
    from headway.presets import longest
    from headway.sample import Each
    from headway.verify import Opinion

    domain = domain_named(own.tasks)
    sample = Each(domain, 4, max_tokens=longest(domain))
    both = cast.replace("other", policy_named(own.other, seed=seed))
    return favoured(both, domain, Opinion(ask=own.ask), sample, own.n, seed)  # type: ignore[arg-type]


def write_choices(done: "Mapping[str, Answered]", out: Path) -> None:
    """Every choice that was read, in the table of attempts; the domain says which list and which words."""
    import polars as pl

    pl.concat([one.attempts.frame for one in done.values()], how="diagonal_relaxed").write_parquet(out)
