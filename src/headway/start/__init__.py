"""Who plays before the first round."""

from headway.start.also import Also
from headway.start.beside import Beside
from headway.start.checkpoint import Checkpoint
from headway.start.joined import Joined
from headway.start.judging import Judging
from headway.start.language_model import LanguageModel
from headway.start.mixed import Mixed
from headway.start.posing import Posing
from headway.start.pretrained import Pretrained
from headway.start.rated import Rated
from headway.start.several import Several
from headway.start.taught import Taught
from headway.start.writers import Writers

__all__ = [
    "Also",
    "Beside",
    "Checkpoint",
    "Joined",
    "Judging",
    "LanguageModel",
    "Mixed",
    "Posing",
    "Pretrained",
    "Rated",
    "Several",
    "Taught",
    "Writers",
]
