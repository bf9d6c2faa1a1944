"""A run folder with two rounds of attempts by nobody: what a journal records, without a policy."""

from pathlib import Path

import numpy as np

from headway.attempts import Attempts
from headway.cast import Cast
from headway.journal import Journal
from headway.stages import Report, Round, Ruling
from headway.stats import Estimate

EXPERIMENT = "Experiment(loop=Loop(select=Replay(inner=Above(of='self', floor=0.5))), seed=3)"
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"> the sum\u202e of it is "


def attempts(tasks: int, each: int = 8, *, name: str = "sum", seed: int = 0, judges: bool = True) -> Attempts:
    """Sentences about sums, some of them wrong; `tool` knows, `self` is unsure, and the world wrote a row a task."""
    random = np.random.default_rng(seed)
    rows = []
    for task in range(tasks):
        first, second = (int(number) for number in random.integers(2, 50, 2))
        for place in range(each):
            said = first + second + int(random.choice([0, 0, 1, -2, 10]))
            right = said == first + second
            start = HOSTILE if (task + place) % 3 == 0 else "I think the sum is "
            rows.append(
                {
                    "task": f"{name}:{task}",
                    "domain": "sums",
                    "level": 1 + task % 3,
                    "prompt": f"What is {first} plus {second}?",
                    "truth": str(first + second),
                    "id": f"{name}{task}-{place}",
                    "author": "solver",
                    "text": f"{start}{said}.",
                    "answer": str(said),
                    "verdicts": {"tool": float(right), "self": round(float(random.uniform(0.3, 0.9)), 3)},
                    "weight": float(right),
                }
            )
        rows.append({**rows[-1], "id": f"world-{name}{task}", "author": "world", "text": str(first + second)})
    made = Attempts.of(rows)
    return made if judges else Attempts(made.frame.drop("verdicts"))


def run(folder: Path, *, seed: int = 3, judges: bool = True) -> Path:
    """Round 0 with its exam, and round 1 with 60 training tasks and the exam again, under the same ids."""
    report = Report({"accuracy": Estimate(0.5, 0.4, 0.6, 40)}, attempts(2).frame.select("task", "level"))
    nobody = Cast({})
    trained = attempts(60, seed=1, judges=judges)
    with Journal.create(folder, EXPERIMENT, seed=seed, rounds=1) as journal:
        for index in (0, 1):
            exam = attempts(40, name="held", seed=2 + index, judges=judges)
            begun = Round(index) if index == 0 else Round(index, sampled=trained, attempts=trained)
            journal.record(
                Round(index, begun.sampled, begun.attempts, nobody, exam, report, Ruling(True, index, index, "fine"))
            )
    return folder
