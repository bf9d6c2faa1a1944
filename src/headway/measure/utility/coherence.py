"""How coherent a judge's choices are, on pairs that no fit has seen."""

from dataclasses import dataclass

import numpy as np

from headway.measure.utility.choices import Pairs
from headway.measure.utility.pairing import pairs_in
from headway.measure.utility.shared import apart, mean_over_shared
from headway.measure.utility.thurstone import Utilities
from headway.stats import Estimate

TIE = 1e-9


@dataclass(frozen=True)
class Coherence:
    """Of one set of outcomes, each with its interval over held-out pairs or triads; None where there is nothing.

    accuracy    share of held-out choices that the fitted utilities foretell; ties left out. A coin has .5
    confidence  mean of max(p, 1 - p), completeness: how decided the judge is between two outcomes; .5 where it never is
    cycle       chance that three choices go round in a circle, p(ab) p(bc) p(ca) + p(ba) p(cb) p(ac). A coin has .25,
                and so has a judge that is undecided: read it beside the next
    circular    share of triads whose three majorities go round in a circle. A coin has .25
    place       how much more often an outcome is chosen for being shown first, in [-.5, .5]; 0 is none
    swayed      share of pairs in which the place decided: the two orders give opposite answers
    """

    accuracy: Estimate | None
    confidence: Estimate | None
    cycle: Estimate | None
    circular: Estimate | None
    place: Estimate | None
    swayed: Estimate | None


def coherence(utilities: Utilities, held_out: Pairs, triads: np.ndarray) -> Coherence:
    """All of it; `triads` are (T, 3), those with a pair that was not read are left out.

    ValueError where a held-out pair is one that the utilities were fitted on: in-sample, a coin looks coherent.
    """
    leaked = utilities.seen & set(zip(held_out.first.tolist(), held_out.second.tolist(), strict=True))
    if leaked:
        raise ValueError(f"the utilities were fitted on {len(leaked)} of the pairs they are scored on; hold these out")
    share, members = held_out.share, held_out.members
    told = np.abs(share - 0.5) > TIE
    foretold = utilities.prefers(held_out.first, held_out.second) >= 0.5
    agreed = (foretold == (share > 0.5)).astype(np.float64)
    soft, hard, of = circles(held_out, triads)
    place = (held_out.straight - held_out.swapped) / 2.0
    swayed = (held_out.straight - 0.5) * (held_out.swapped - 0.5) < 0.0
    return Coherence(
        accuracy=mean_over_shared(members[told], agreed[told]),
        confidence=mean_over_shared(members, np.maximum(share, 1.0 - share)),
        cycle=mean_over_shared(of, soft),
        circular=mean_over_shared(of, hard),
        place=mean_over_shared(members, place),
        swayed=mean_over_shared(members, swayed.astype(np.float64)),
    )


def circles(pairs: Pairs, triads: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every triad all of whose pairs are known: the chance of a circle, whether the majorities make one, and it."""
    known = pairs.known
    whole = [triad for triad in triads.tolist() if all(pair in known for pair in pairs_in(triad))]
    if not whole:
        return np.empty(0), np.empty(0), np.empty((0, 3), dtype=np.int64)
    ab, bc, ca = (np.array([known[triad[i], triad[j]] for triad in whole]) for i, j in ((0, 1), (1, 2), (2, 0)))
    soft = ab * bc * ca + (1.0 - ab) * (1.0 - bc) * (1.0 - ca)
    # A tie goes round neither way.
    over = [(one > 0.5 + TIE) for one in (ab, bc, ca)]
    under = [(one < 0.5 - TIE) for one in (ab, bc, ca)]
    hard = (over[0] & over[1] & over[2]) | (under[0] & under[1] & under[2])
    return soft, hard.astype(np.float64), np.array(whole)


def above_floor(real: Estimate | None, floors: list[Estimate | None]) -> Estimate | None:
    """What is left of a number over the higher one of what outcomes without meaning give; None without either."""
    known = [floor for floor in floors if floor is not None]
    if real is None or not known:
        return None
    return apart(real, max(known, key=lambda floor: floor.value))


def agreement(one: Pairs, other: Pairs) -> Estimate | None:
    """Share of the pairs asked in both that were decided alike, ties left out: the same pairs in another context."""
    known = other.known
    rows = [row for row, pair in enumerate(zip(one.first.tolist(), one.second.tolist(), strict=True)) if pair in known]
    mine = one.take(np.array(rows, dtype=np.int64))
    theirs = np.array([known[pair] for pair in zip(mine.first.tolist(), mine.second.tolist(), strict=True)])
    told = (np.abs(mine.share - 0.5) > TIE) & (np.abs(theirs - 0.5) > TIE) if len(mine) else np.empty(0, dtype=bool)
    alike = (mine.share > 0.5) == (theirs > 0.5) if len(mine) else np.empty(0, dtype=bool)
    return mean_over_shared(mine.members[told], alike[told].astype(np.float64)) if told.any() else None
