"""Two loops to start from: the guarded one, which is the default, and the closed one, which collapses.

They differ in selection and gate only; what each of them is worth is measured in the study `collapse`.
"""

from functools import lru_cache

from headway.attempts import WORLD
from headway.experiment import Experiment
from headway.gate import Always, Governor
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.sample import Each
from headway.select import Above, Best, Replay
from headway.stages import Domain
from headway.start import Pretrained
from headway.train import Fit
from headway.verify import Opinion, Tool


def guarded(domain: Domain, gold: int = 3000, graded: int = 600) -> Experiment:
    """Quality by an external check with a quota a task, replay of what was learned before, and a gate.

    The first policy is made from `gold` right answers and from verdicts on `graded` of these tasks, and
    both are what is replayed.
    """
    return Experiment(
        start=Pretrained(domain, gold, graded),
        loop=Loop(
            propose=Given(domain),
            sample=Each(domain, max_tokens=longest(domain)),
            judges=(Tool(domain), Opinion()),
            select=Replay(Above(of="tool"), domain, gold=gold, graded=graded),
            train=Fit(),
            measure=Exam(domain, Each(domain, attempts=32, max_tokens=longest(domain))),
            gate=Governor(),
        ),
    )


def closed(domain: Domain, gold: int = 3000, graded: int = 600) -> Experiment:
    """Quality alone, by the model's own judgement, and no gate. The verdict format alone is replayed."""
    experiment = guarded(domain, gold, graded)
    return Experiment(
        start=experiment.start,
        loop=Loop(
            propose=experiment.loop.propose,
            sample=experiment.loop.sample,
            judges=experiment.loop.judges,
            select=Replay(Best(of="self"), domain, share=0.0, earlier=False, gold=gold, graded=graded),
            train=experiment.loop.train,
            measure=experiment.loop.measure,
            gate=Always(),
        ),
    )


@lru_cache(maxsize=8)
def longest(domain: Domain) -> int:
    """Tokens that an attempt may have: the longest of a hundred right answers, in characters, and a stop."""
    graded = domain.graded(100, 0)
    return max(map(len, graded.filter(graded.verdict(WORLD) == 1.0)["text"])) + 1


PRESETS = {"guarded": guarded, "closed": closed}
