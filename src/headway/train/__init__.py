"""Room 5: weights to a new cast. Training is blind: all credit arrives as the weight of an attempt."""

from headway.train.draw import Draw
from headway.train.fit import Fit
from headway.train.lagged import Lagged
from headway.train.parallel import Parallel
from headway.train.prefer import Prefer
from headway.train.reinforce import Reinforce
from headway.train.together import Together

__all__ = ["Draw", "Fit", "Lagged", "Parallel", "Prefer", "Reinforce", "Together"]
