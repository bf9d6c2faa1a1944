"""Other annotation tools: the chosen attempts as their files, and what was answered there."""

from headway.review.exchange import argilla, label_studio
from headway.review.exchange.taking import Outcome, Taken, read_file, take_in, taken_from

__all__ = ["Outcome", "Taken", "argilla", "label_studio", "read_file", "take_in", "taken_from"]
