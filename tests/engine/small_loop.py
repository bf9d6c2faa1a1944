"""A run of two rounds that samples, asks for opinions, votes, trains and sits exams, in a second."""

import sys
from pathlib import Path

from headway.domains import Strings
from headway.engine import Leases
from headway.experiment import Experiment, recorded
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.sample import Each
from headway.seams import Carrier, engine_named
from headway.select import Random
from headway.start import Pretrained
from headway.train import Fit
from headway.verify import Opinion, Tool, Vote

DOMAIN = Strings()
EXPERIMENT = Experiment(
    Pretrained(DOMAIN, gold=200, graded=60, epochs=4, width=16, layers=1),
    Loop(
        Given(DOMAIN, tasks=160),
        Each(DOMAIN, attempts=16, max_tokens=8),
        (Tool(DOMAIN), Opinion(), Vote()),
        Random(keep=2),
        Fit(epochs=1),
        Exam(DOMAIN, Each(DOMAIN, attempts=8, max_tokens=8), tasks=200),
        Always(),
    ),
    rounds=2,
)
SHORT = Leases(least=3.0, first=120.0)
"""So that a worker that is stopped is found out in seconds, once it is known how long its kind of job takes."""


def finish(folder: Path, by: Carrier | None = None, experiment: Experiment = EXPERIMENT) -> None:
    """Begin the run, or go on with it, and come to its end."""
    for _ in recorded(experiment, folder, by=by):
        pass


if __name__ == "__main__":
    run = Path(sys.argv[1])
    with engine_named(sys.argv[2], run / "engine", int(sys.argv[3])) as carrier:
        finish(run, carrier)
