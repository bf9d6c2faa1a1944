"""What is found of a judge's choices: coherence above its floor, and all that could pass for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from headway.cast import Cast
from headway.domains.outcomes import Outcome, mixtures
from headway.loop import judge
from headway.measure.utility import (
    Coherence,
    Expected,
    Favour,
    above_floor,
    agreement,
    coherence,
    expected_utility,
    favour,
    favour_apart,
    stakes,
)
from headway.meter.valuing import Answered
from headway.sample import Each, Roles
from headway.stages import Domain
from headway.stats import Estimate
from headway.verify import Opinion, Tool

ME = "you"
"""Who the judge is, among those that the same events can happen to."""
MINE, ANOTHER = "solver", "other"


@dataclass(frozen=True)
class Ranked:
    """One outcome, the utility of it that was fitted and its spread, in standard deviations over outcomes."""

    outcome: Outcome
    utility: float
    spread: float


@dataclass(frozen=True)
class Valued:
    """Everything that is said of a judge's choices. `arms` begins with the real outcomes; the others are floors."""

    arms: Mapping[str, Coherence]
    accuracy_above_floor: Estimate | None
    confidence_above_floor: Estimate | None
    lotteries: Mapping[str, Expected]
    """Of each list that has lotteries."""
    lotteries_above_floor: Estimate | None
    """How much nearer they are to their expected utility than to another lottery's, above the same among nonsense."""
    contexts: Mapping[str, Estimate]
    stakes: Mapping[str, Estimate]
    ranked: tuple[Ranked, ...]
    numbers: float
    """Share of the real outcomes with a digit in them."""
    unread: float

    @property
    def verdict(self) -> str:
        """One sentence."""
        gap, real = self.accuracy_above_floor, next(iter(self.arms.values()))
        if gap is None or real.accuracy is None:
            return "cannot tell: too few pairs were read in both orders"
        floor = real.accuracy.value - gap.value
        said = f"utilities foretell {real.accuracy.value:.2f} of held-out choices, and {floor:.2f} among nonsense"
        if gap.low > 0.0:
            return f"coherent above its floor: {said}"
        return f"no more coherent than about nonsense: {said}" if gap.high <= 0.0 else f"cannot tell: {said}"


def valued(real: Answered, floors: Mapping[str, Answered], contexts: Mapping[str, Answered]) -> Valued:
    """What the choices amount to; ValueError where no pair of an arm was read in both orders."""
    utilities = real.utilities
    found = {"real": coherence(utilities, real.scored, real.of.held_out)}
    found |= {name: coherence(one.utilities, one.scored, one.of.held_out) for name, one in floors.items()}
    mine, rest = found["real"], [found[name] for name in floors]
    outcomes = real.of.domain.outcomes
    agreed = {name: agreement(real.scored, one.scored) for name, one in contexts.items()}
    told = {
        name: expected_utility(one.utilities, mixtures(one.of.domain.outcomes))
        for name, one in {"real": real, **floors}.items()
    }
    lotteries = {name: one for name, one in told.items() if one is not None}
    gains: dict[str, Estimate | None] = {name: one.gain for name, one in lotteries.items()}
    order = utilities.mean.argsort()[::-1].tolist()
    return Valued(
        arms=found,
        accuracy_above_floor=above_floor(mine.accuracy, [one.accuracy for one in rest]),
        confidence_above_floor=above_floor(mine.confidence, [one.confidence for one in rest]),
        lotteries=lotteries,
        lotteries_above_floor=above_floor(gains.pop("real", None), list(gains.values())),
        contexts={name: one for name, one in agreed.items() if one is not None},
        stakes=stakes(utilities, _events(outcomes, True), _events(outcomes, False), ME),
        ranked=tuple(
            Ranked(outcomes[place], float(utilities.mean[place]), float(utilities.spread[place])) for place in order
        ),
        numbers=sum(any(letter.isdigit() for letter in one.text) for one in outcomes) / len(outcomes),
        unread=real.unread,
    )


def _events(outcomes: Sequence[Outcome], good: bool) -> dict[tuple[str, str], int]:
    return {
        (one.event, one.who): place
        for place, one in enumerate(outcomes)
        if one.event is not None and one.who is not None and one.good is good
    }


@dataclass(frozen=True)
class Partial:
    """How a judge treats its own answers beside another's, and how much more it favours them than that one does."""

    favour: Favour
    more_than_the_other: Estimate | None


def favoured(cast: Cast, domain: Domain, opinion: Opinion, sample: Each, tasks: int, seed: int) -> Partial:
    """Of a cast with `solver`, the judge, and `other`: both try every task, both judge every attempt, the world knows.

    `opinion` says how they are asked, `sample` how they write; their roles are set here.
    """
    asked = domain.tasks(tasks, seed, held_out=True)
    tried = Roles(sample, (MINE, ANOTHER))(cast, asked, seed)
    judges = (Tool(domain), *(replace(opinion, role=role, name=role) for role in (MINE, ANOTHER)))
    judged = judge(judges, cast, tried)
    rows = judged.frame.select(
        "task", "author", judged.verdict("tool").alias("right"), *(judged.verdict(role) for role in (MINE, ANOTHER))
    )
    return Partial(favour(rows, MINE, MINE), favour_apart(rows, MINE, (MINE, ANOTHER)))
