"""Outcomes that a judge prefers to one another: things of known worth, and sentences."""

from headway.domains.outcomes.goods import Goods
from headway.domains.outcomes.outcome import Framing, Outcome, Weighed, mixtures, number_of
from headway.domains.outcomes.sentences import FRAMINGS, Sentences, read_outcomes

__all__ = ["FRAMINGS", "Framing", "Goods", "Outcome", "Sentences", "Weighed", "mixtures", "number_of", "read_outcomes"]
