"""An experiment: who starts, the loop, how many rounds, which seed. Its text is its configuration."""

from headway.experiment.anchors import anchors
from headway.experiment.changes import changed
from headway.experiment.given import refuse_unseen
from headway.experiment.notation import NotationError, read, text
from headway.experiment.recorded import described, earlier_rounds, recorded, resumed
from headway.experiment.vocabulary import Experiment

__all__ = [
    "Experiment",
    "NotationError",
    "anchors",
    "changed",
    "described",
    "earlier_rounds",
    "read",
    "recorded",
    "refuse_unseen",
    "resumed",
    "text",
]
