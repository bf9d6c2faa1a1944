"""How far a model executes a plan, and why it stops: the length of its record, or the errors in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.domains.chained import Chained
from headway.loop import judge
from headway.measure.conditioning import slope_in_errors
from headway.measure.execution import turns
from headway.measure.horizon import horizon_over_chains, ideal_horizon, right_prefixes
from headway.measure.slopes import slope
from headway.meter.valuing import CHARACTERS_PER_TOKEN, Price
from headway.sample import Chain, History, Probe
from headway.seeds import derived_seed
from headway.stages import require
from headway.stats import Estimate, mean_over_tasks, statistic_over_tasks
from headway.verify import Tool

OWN = "own"


@dataclass(frozen=True)
class Executing:
    """`plans` plans of a domain, carried out alone and after given records with errors at `rates`, at the last turn.

    At a quarter and at half of the turns a record is given without errors and with nothing else. `helped` adds what may
    help: one earlier turn shown, a tool that puts the record right every 4 turns, a vote of 5; `thinking`, the
    same plans with thinking before each answer.
    """

    domain: Chained
    plans: int = 40
    rates: tuple[float, ...] = (0.0, 0.25, 0.5, 1.0)
    temperature: float = 1.0
    max_tokens: int = 24
    helped: bool = False
    thinking: Chain | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.plans >= 2, self, "plans", "a whole number of at least 2")
        require(self.domain.turns >= 4, self.domain, "turns", "4 or more turns")
        inside = all(0.0 <= rate <= 1.0 for rate in self.rates)
        require(inside and {0.0, 1.0} <= set(self.rates), self, "rates", "rates from 0 to 1, with both ends among them")

    @property
    def probes(self) -> tuple[Probe, ...]:
        """Every way in which the same plans are carried out."""
        last = self.domain.turns
        made = [Probe(OWN, self._chain())]
        made += [Probe(f"turn {last} rate {rate:g}", self._put(last, rate)) for rate in self.rates]
        made += [
            Probe(f"turn {turn} rate {rate:g}", self._put(turn, rate)) for turn in self.early for rate in (0.0, 1.0)
        ]
        made.append(Probe("window 1 rate 1", self._chain(history=History(last - 1, 1.0), window=1, only=(last,))))
        if self.helped:
            made += [
                Probe("own, window 1", self._chain(window=1)),
                Probe("own, put right every 4", self._chain(anchored=4)),
                Probe("own, vote of 5", self._chain(votes=5)),
            ]
        if self.thinking is not None:
            made.append(Probe("own, thinking first", self.thinking))
        return tuple(made)

    @property
    def early(self) -> tuple[int, ...]:
        """The turns before the last at which records are given as well."""
        return tuple(sorted({max(2, self.domain.turns // 4), self.domain.turns // 2}))

    def _chain(self, **changes) -> Chain:
        return Chain(self.domain, temperature=self.temperature, max_tokens=self.max_tokens, **changes)

    def _put(self, turn: int, rate: float) -> Chain:
        return self._chain(history=History(turn - 1, rate), only=(turn,))

    def price(self) -> Price:
        """What all of it costs, before anything is asked: replies, and tokens read and written (estimated)."""
        plan = self.domain.tasks(1, self.seed, held_out=True)["traits"][0]["plan"]
        written = [len(text) for text in self.domain.truths(plan)]
        asked = [len(text) for text in plan]
        opening = sum(len(one["content"]) for one in self.domain.opening())
        replies = characters = written_tokens = 0
        for probe in self.probes:
            chain = probe.chain
            for turn in range(chain.history.given + 1, max(chain.only, default=self.domain.turns) + 1):
                shown = min(turn - 1, chain.window or turn, (turn - 1) % chain.anchored + 1 if chain.anchored else turn)
                replies += chain.votes
                written_tokens += chain.votes * chain.max_tokens
                before = asked[turn - 1 - shown : turn] + written[turn - 1 - shown : turn - 1]
                characters += chain.votes * (opening + sum(before))
        tokens = self.plans * (characters // CHARACTERS_PER_TOKEN + written_tokens)
        return Price(self.plans * replies, self.plans * replies, tokens)

    def parts(self, cast: Cast) -> Iterator["Executed"]:
        """Everything that is known after each probe; the last one is whole."""
        begun = monotonic()
        tasks: Tasks = self.domain.tasks(self.plans, self.seed, held_out=True)
        done: list[Attempts] = []
        for probe in self.probes:
            rows = probe.chain(cast, tasks, derived_seed(self.seed, probe.name)).frame
            named = pl.col("traits").struct.with_fields(pl.lit(probe.name).alias("probe"))
            marked = rows.with_columns(named, pl.format("{}|{}", pl.lit(probe.name), "task").alias("task"))
            done.append(judge((Tool(self.domain),), cast, Attempts(marked)))
            yield Executed(self, Attempts.join(done), probe.name, monotonic() - begun)


@dataclass(frozen=True)
class Executed:
    """What a model has carried out so far; `probe` is the last one that is done."""

    of: Executing
    attempts: Attempts
    probe: str
    seconds: float

    @property
    def rows(self) -> pl.DataFrame:
        """A row a turn that was sampled; see `measure.execution.turns`."""
        return turns(self.attempts)

    def right(self, probe: str) -> Estimate | None:
        """Step accuracy of a probe: steps that go on rightly from what stands there; the mean over plans."""
        shares = self._of(probe).group_by("chain", maintain_order=True).agg(pl.col("right").mean())
        return mean_over_tasks(shares["right"].to_numpy())

    def by_turn(self) -> dict[int, tuple[Estimate | None, Estimate | None, Estimate | None]]:
        """Of the model's own record: step accuracy, turn accuracy against the true sum, and whole prefixes, by turn."""
        own = self.attempts.filter(pl.col("traits").struct.field("probe") == OWN)
        read = {text: self.of.domain.read(text) for text in own["truth"].unique().drop_nulls()}
        true = (own["answer"] == own["truth"].replace_strict(read, return_dtype=pl.String)).fill_null(False)
        rows = turns(own).with_columns(true=true.cast(pl.Float64))
        rows = rows.sort("conversation", "turn").with_columns(held=pl.col("right").cum_min().over("conversation"))
        return {
            turn: tuple(mean_over_tasks(part[name].to_numpy()) for name in ("right", "true", "held"))  # type: ignore[misc]
            for (turn,), part in rows.group_by("turn", maintain_order=True)
        }

    def horizon(self, success: float = 0.5) -> Estimate | None:
        """The most turns that this share of plans is carried through without an error."""
        return horizon_over_chains(right_prefixes(self._of(OWN)), success)

    def ideal(self, success: float = 0.5) -> float | None:
        """What the step accuracy would make if errors came independently and at one rate; None where it is 0 or 1."""
        step = self.right(OWN)
        return None if step is None or step.value in (0.0, 1.0) else ideal_horizon(step.value, success)

    def slope_in_length(self) -> Estimate | None:
        """The change in accuracy a turn, after given records without an error: what length does."""
        rows = self._matching("turn [0-9]+ rate 0$")
        return statistic_over_tasks(
            slope,
            rows["chain"].to_numpy(),
            rows["turn"].cast(pl.Float64).to_numpy(),
            rows["right"].to_numpy(),
            resamples=500,
        )

    def slope_in_errors(self, turn: int) -> Estimate | None:
        """The change in accuracy at a turn from a record without errors to one of nothing else: what errors do."""
        rows = self._matching(f"turn {turn} rate [0-9.]+$").with_columns(
            rate=pl.col("probe").str.extract("([0-9.]+)$").cast(pl.Float64)
        )
        return slope_in_errors(rows["chain"].to_numpy(), rows["rate"].to_numpy(), rows["right"].to_numpy())

    def changes(self) -> Mapping[str, Estimate]:
        """What each help changes, paired by plan."""
        last = self.of.domain.turns
        asked = {"window 1 rate 1": f"turn {last} rate 1"}
        asked |= {probe.name: OWN for probe in self.of.probes if probe.name.startswith("own, ")}
        found = {name: self._change(before, name) for name, before in asked.items()}
        return {name: one for name, one in found.items() if one is not None}

    @property
    def unread(self) -> float:
        """The share of replies that no number could be read from."""
        return self.attempts["answer"].null_count() / len(self.attempts)

    def _change(self, before: str, after: str) -> Estimate | None:
        shares = self.rows.group_by("probe", "chain").agg(pl.col("right").mean())
        old, new = (shares.filter(pl.col("probe") == probe).select("chain", "right") for probe in (before, after))
        both = old.join(new, on="chain", suffix="_after").sort("chain")
        return mean_over_tasks((both["right_after"] - both["right"]).to_numpy())

    def _of(self, probe: str) -> pl.DataFrame:
        return self.rows.filter(pl.col("probe") == probe)

    def _matching(self, pattern: str) -> pl.DataFrame:
        return self.rows.filter(pl.col("probe").str.contains(f"^{pattern}"))
