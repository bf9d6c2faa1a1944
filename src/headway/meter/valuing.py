"""Asking a judge which outcomes it prefers: pairs in both orders, those that say most first, at a known cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.domains.outcomes import Weighed
from headway.measure.utility import Pairs, Utilities, first_pairs, fitted, next_pairs, pairs_of, triads
from headway.measure.utility.pairing import Pair, pairs_in
from headway.measure.utility.thurstone import means
from headway.seeds import derived_seed
from headway.stages import Sample, require

CHARACTERS_PER_TOKEN = 3
"""For the estimate beforehand; fewer than text usually has, so that it is not too low."""


@dataclass(frozen=True)
class Price:
    """What is going to be asked: questions, replies drawn to them, and tokens read and written, the last estimated."""

    questions: int
    replies: int
    tokens: int

    def __add__(self, other: "Price") -> "Price":
        return Price(self.questions + other.questions, self.replies + other.replies, self.tokens + other.tokens)

    def __str__(self) -> str:
        return f"{self.questions:,} questions, {self.replies:,} replies, at most about {self.tokens:,} tokens"


@dataclass(frozen=True)
class Valuing:
    """One list of outcomes, asked about as `sample` says.

    Random triads are held out; `edges` times N log2 N other pairs are for the fit, chosen as answers come in (0: the
    triads alone, to hold one way of asking against another). Every pair is asked in both orders.
    """

    domain: Weighed
    sample: Sample
    edges: float = 2.0
    rounds: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.edges >= 0.0, self, "edges", "0 or more")
        require(len(self.domain.outcomes) >= 6, self.domain, "outcomes", "6 outcomes or more")

    @property
    def held_out(self) -> np.ndarray:
        """The triads, (T, 3)."""
        return triads(len(self.domain.outcomes), np.random.default_rng(self.seed), self.rounds)

    @property
    def fitting(self) -> int:
        """How many pairs the fit gets: never more than there are."""
        n = len(self.domain.outcomes)
        return min(round(self.edges * n * np.log2(n)), n * (n - 1) // 2 - 3 * len(self.held_out)) if self.edges else 0

    def price(self, replies: int, max_tokens: int) -> Price:
        """What all of it costs, `replies` of at most `max_tokens` tokens a question, before anything is asked."""
        questions = 2 * (3 * len(self.held_out) + self.fitting)
        shown = self.domain.asked([(0, 1), (2, 3), (4, 5)]).prompts
        read = sum(len(str(prompt)) for prompt in shown) / len(shown) / CHARACTERS_PER_TOKEN
        return Price(questions, questions * replies, round(questions * (read + replies * max_tokens)))

    def parts(self, cast: Cast) -> Iterator["Answered"]:
        """Everything asked so far, as it grows; the last one is whole."""
        random = np.random.default_rng(derived_seed(self.seed, "pairs"))
        held = [pair for triad in self.held_out.tolist() for pair in pairs_in(triad)]
        begun = monotonic()
        done = Answered(self, self._asked(cast, held))
        yield done.at(monotonic() - begun)
        n, asked = len(self.domain.outcomes), 0
        taken = list(held)
        while asked < self.fitting:
            if asked == 0:
                more = first_pairs(n, held, random)[: self.fitting]
            else:
                known = done.fit
                degrees = np.bincount(known.members.ravel(), minlength=n)
                mean = means(n, known) if len(known) else np.zeros(n)
                more = next_pairs(mean, taken, degrees, min(n, self.fitting - asked), random)
            asked += len(more)
            taken += more
            done = Answered(self, Attempts.join([done.attempts, self._asked(cast, more)]))
            yield done.at(monotonic() - begun)

    def _asked(self, cast: Cast, pairs: Sequence[Pair]) -> Attempts:
        both = [order for one, other in pairs for order in ((one, other), (other, one))]
        tasks: Tasks = self.domain.asked(both)
        return self.sample(cast, tasks, derived_seed(self.seed, self.domain.name))


@dataclass(frozen=True)
class Answered:
    """What a judge has chosen so far."""

    of: Valuing
    attempts: Attempts
    seconds: float = field(default=0.0)

    def at(self, seconds: float) -> "Answered":
        """The same after that many seconds."""
        return Answered(self.of, self.attempts, seconds)

    @property
    def questions(self) -> int:
        """Questions of which there is an attempt."""
        return self.attempts["task"].n_unique()

    @property
    def pairs(self) -> Pairs:
        """Every pair that was read in both orders."""
        return pairs_of(self.attempts)

    @property
    def fit(self) -> Pairs:
        """Those for the fit."""
        return self._split(lambda pair, held: pair not in held)

    @property
    def scored(self) -> Pairs:
        """Those that no fit sees."""
        return self._split(lambda pair, held: pair in held)

    @property
    def utilities(self) -> Utilities:
        """The fit; ValueError where no pair of it was read."""
        return fitted(len(self.of.domain.outcomes), self.fit)

    @property
    def unread(self) -> float:
        """The share of replies that chose neither outcome, or could not be had."""
        asked = self.attempts.frame.select(
            pl.col("answer").is_in(pl.col("traits").struct.field("words")).fill_null(False)
        )
        return 1.0 - float(asked.to_series().mean() or 0.0)  # type: ignore[arg-type]

    def _split(self, belongs: Callable[[Pair, set[Pair]], bool]) -> Pairs:
        pairs = self.pairs
        held = {pair for triad in self.of.held_out.tolist() for pair in pairs_in(triad)}
        rows = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        return pairs.take(np.array([belongs(pair, held) for pair in rows], dtype=bool))
