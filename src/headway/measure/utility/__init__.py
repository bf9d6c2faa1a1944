"""What a judge's choices between outcomes amount to: utilities, how coherent they are, and what moves them.

Choices are pooled over both orders of showing a pair. Everything that says how coherent a judge is is measured on pairs
that no fit has seen, and is worth what it exceeds the same number on outcomes that mean nothing.
"""

from headway.measure.utility.choices import Pairs, pairs_of
from headway.measure.utility.coherence import Coherence, above_floor, agreement, coherence
from headway.measure.utility.favour import Favour, favour, favour_apart
from headway.measure.utility.followed import followed
from headway.measure.utility.lotteries import Expected, expected_utility
from headway.measure.utility.pairing import first_pairs, next_pairs, triads
from headway.measure.utility.stakes import stakes
from headway.measure.utility.thurstone import Utilities, fitted

__all__ = [
    "Coherence",
    "Expected",
    "Favour",
    "Pairs",
    "Utilities",
    "above_floor",
    "agreement",
    "coherence",
    "expected_utility",
    "favour",
    "favour_apart",
    "first_pairs",
    "fitted",
    "followed",
    "next_pairs",
    "pairs_of",
    "stakes",
    "triads",
]
