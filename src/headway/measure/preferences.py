"""The exam of a judge that chooses between outcomes: is there anything like a utility, above what nonsense shows?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.domains.outcomes import Weighed, mixtures
from headway.measure.utility import Coherence, Pairs, Utilities, above_floor, coherence, expected_utility, fitted
from headway.measure.utility.choices import pairs_of
from headway.measure.utility.followed import followed
from headway.measure.utility.pairing import pairs_in, triads
from headway.stages import Report, Sample, require
from headway.stats import Estimate


@dataclass(frozen=True)
class Preferences:
    """Every two outcomes of each of `domains` in both orders; the first is the real one, the others are the floors.

    Utilities are fitted on pairs outside `rounds` rounds of random triads, and scored on the pairs inside. The report
    has `accuracy` of the real outcomes, each measure of `Coherence` by the domain's name (`goods/cycle`), `accuracy
    above floor` and the same of confidence, the lotteries' `error`, `shuffled` and `gain` (`goods/lottery gain`, and
    above floor), and `follows NAME` for every verdict in `standards`: how often choices between real outcomes go as it
    says.
    """

    domains: tuple[Weighed, ...]
    sample: Sample
    standards: tuple[str, ...] = ("tool",)
    rounds: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        require(len(self.domains) >= 1, self, "domains", "one or more domains of outcomes")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")

    @property
    def reads(self) -> tuple[str, ...]:
        return self.standards

    def rests_on(self, metric: str) -> tuple[str, ...]:
        """All that it reads: every metric compares choices with them."""
        del metric
        return self.reads

    def questions(self) -> Tasks:
        """Every two outcomes of each domain, in both orders."""
        parts = [one.asked(list(permutations(range(len(one.outcomes)), 2))).frame for one in self.domains]
        return Tasks(pl.concat(parts, how="diagonal_relaxed"))

    def __call__(self, attempts: Attempts) -> Report:
        """ValueError where a domain has no pair that was read in both orders."""
        found: dict[str, Coherence] = {}
        estimates: dict[str, Estimate | None] = {}
        for domain in self.domains:
            utilities, held_out, triads = self.scored(attempts, domain)
            found[domain.name] = coherence(utilities, held_out, triads)
            estimates |= {f"{domain.name}/{name}": value for name, value in vars(found[domain.name]).items()}
            lotteries = expected_utility(utilities, mixtures(domain.outcomes))
            told = {} if lotteries is None else vars(lotteries)
            estimates |= {f"{domain.name}/lottery {name}": one for name, one in told.items()}
        real = self.domains[0]
        floors = [found[domain.name] for domain in self.domains[1:]]
        estimates["accuracy"] = found[real.name].accuracy
        for name in ("accuracy", "confidence"):
            estimates[f"{name} above floor"] = above_floor(
                vars(found[real.name])[name], [vars(floor)[name] for floor in floors]
            )
        gains = [estimates.get(f"{domain.name}/lottery gain") for domain in self.domains]
        estimates["lottery gain above floor"] = above_floor(gains[0], gains[1:])
        utilities, held_out, _ = self.scored(attempts, real)
        asked = attempts.filter(pl.col("domain") == real.name)
        estimates |= {f"follows {name}": followed(asked, name) for name in self.standards}
        return Report({name: one for name, one in estimates.items() if one is not None}, by_pair(utilities, held_out))

    def scored(self, attempts: Attempts, domain: Weighed) -> tuple[Utilities, Pairs, np.ndarray]:
        """The utilities of a domain's outcomes, the pairs that were held out from them, and the triads of these."""
        pairs = pairs_of(attempts.filter(pl.col("domain") == domain.name))
        held = triads(len(domain.outcomes), np.random.default_rng(self.seed), self.rounds)
        inside = {pair for triad in held.tolist() for pair in pairs_in(triad)}
        mask = np.array([pair in inside for pair in _numbers(pairs)], dtype=bool)
        return fitted(len(domain.outcomes), pairs.take(~mask)), pairs.take(mask), held


def by_pair(utilities: Utilities, held_out: Pairs) -> pl.DataFrame:
    """A row a held-out pair: whether the utilities foretold its choice."""
    foretold = utilities.prefers(held_out.first, held_out.second) >= 0.5
    return pl.DataFrame(
        {
            "task": [f"{one}|{other}" for one, other in _numbers(held_out)],
            "level": [1] * len(held_out),
            "accuracy": (foretold == (held_out.share > 0.5)).astype(np.float64),
        }
    )


def _numbers(pairs: Pairs) -> Iterator[tuple[int, int]]:
    return zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
