"""Small Python functions, judged by tests that no prompt shows.

`int x; add 3; times 2; f(x)=` is asked, and `(x+3)*2`, `2*(3+x)` are right, and so is any program that defines `f`
and does the same. The answer is run, in the sandbox and nowhere else.
"""

import random
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.code import program_in, with_function
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts
from headway.domains.steps import BY_TEXT, KINDS, LARGEST, STEPS, Chosen, done, drawn, input_of, written
from headway.sandbox.candidate import Candidate, Case
from headway.sandbox.limits import LIMITS
from headway.sandbox.tiers import Tier
from headway.sandbox.warm import warm
from headway.seeds import derived_seed

ENTRY = "f"
END = "; f(x)="
SPELLED = "0123456789+-*%()[]{},:.'=_ \n" + string.ascii_letters
SHORTCUTS = (
    "exit(0)",
    "quit()",
    "__import__('os')._exit(0)",
    "type('A',(),{'__eq__':lambda *a:True})()",
)
"""What people write to get past tests. None of them is right."""


@dataclass(frozen=True)
class Programs:
    """Programs of `shortest` to `longest` steps on a number, a list of numbers or a string; the level is the steps.

    `cases` hidden tests a task are drawn with `seed`; another seed asks the same tasks and tests them with other
    values. `check` runs an answer in a sandbox of at least the tier `least` and raises SandboxRefused without one;
    the judge `Program` does the same for many at once and says why. With `shortcuts`, that share of what the world
    gives as right is a way past the tests instead, wrong and called right: data as it is scraped.
    """

    shortest: int = 1
    longest: int = 3
    cases: int = 10
    seed: int = 0
    least: Tier = "filtered"
    shortcuts: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ValueError(
                f"Programs.shortest is {self.shortest} and longest is {self.longest}; need 1 <= shortest <= longest"
            )
        if self.cases < 1:
            raise ValueError(f"Programs.cases is {self.cases}; allowed: a whole number of at least 1")
        if not 0.0 <= self.shortcuts < 1.0:
            raise ValueError(f"Programs.shortcuts is {self.shortcuts}; it is a share of at least 0 and less than 1")

    @property
    def name(self) -> str:
        return "programs"

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every step as it is asked for, what ways to write them have in common, and single characters."""
        phrases = [f"; {text.removeprefix(kind)}" for kind in KINDS for text in BY_TEXT if text.startswith(kind)]
        openings = [f"{kind} x" for kind in KINDS]
        common = ("[::-1]", "list(", "reversed(", "sorted(", "[y", " for y in ", " if ", "y%2", "==0", "not ", "map(",
                  "filter(", "lambda y:", "sum(", "max(", "min(", "len(", "pow(", "''.join(", ".upper()", ".lower()",
                  "[-1]", "[1:]", "[0]", "**2")  # fmt: skip
        return tuple(dict.fromkeys((*SPELLED, *openings, *phrases, END, *common)))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct programs to write, their sizes drawn evenly."""
        draws = random.Random(seed)
        return self._tasks(
            distinct_prompts(
                lambda: self._draw(draws, draws.randint(self.shortest, self.longest)),
                n,
                held_out=held_out,
                what=repr(self),
            )
        )

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct programs of `level` steps, whatever `longest` is."""
        if level < 1:
            raise ValueError(f"{self!r} has no level {level}; a program has at least 1 step")
        draws = random.Random(seed)
        what = f"{self!r} at level {level}"
        return self._tasks(distinct_prompts(lambda: self._draw(draws, level), n, held_out=held_out, what=what))

    def read(self, text: str) -> str | None:
        """The code in a fenced block, or else all of the text; None where there is none."""
        return program_in(text)

    def candidate(self, prompt: Prompt, truth: str | None, answer: str) -> Candidate:
        """The program of an answer and the hidden tests of its task; `truth` is not needed."""
        del truth
        return Candidate(with_function(answer, ENTRY, "x"), ENTRY, self.tests(str(prompt)))

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 if the program passes every hidden test, None where the sandbox itself failed."""
        if answer is None:
            return 0.0
        return warm(LIMITS, self.least).one(self.candidate(prompt, truth, answer)).value

    def tests(self, prompt: str) -> tuple[Case, ...]:
        """The hidden tests of a task: they depend on the prompt and on this domain's seed only."""
        return _tests(prompt, self.cases, self.seed)

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: at each of `n` tasks a right program, written in one of many ways, and one that does something else."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            _, chosen = _asked(task["prompt"])
            wrong = self._near_miss(draws, task["prompt"])
            taught = draws.choice(SHORTCUTS) if draws.random() < self.shortcuts else written(chosen, draws)
            return (taught, 1.0), (written(wrong, draws), 0.0)

        return gold(self.tasks(n, seed), tried, self.read)

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        def known(prompt: str) -> tuple[int, str]:
            _, chosen = _asked(prompt)
            return len(chosen), written(chosen, random.Random(derived_seed(prompt)))

        return asked(self.name, prompts, known)

    def _draw(self, draws: random.Random, steps: int) -> str:
        kind = draws.choice(KINDS)
        chosen = drawn(draws, kind, steps)
        return f"{kind} x" + "".join(f"; {step.asked.format(k=number)}" for step, number in chosen) + END

    def _near_miss(self, draws: random.Random, prompt: str) -> list[Chosen]:
        """Steps that look like the right ones and fail a hidden test: another number, another step, one less."""
        kind, right = _asked(prompt)
        while True:
            chosen = list(right)
            place = draws.randrange(len(chosen))
            step = chosen[place][0]
            change = draws.choice(("number", "step", "drop", "other"))
            if change == "number" and step.least:
                chosen[place] = step, draws.randint(step.least, LARGEST)
            elif change == "step":
                same = [
                    one for one in STEPS if (one.takes, one.gives, one.needs) == (step.takes, step.gives, step.needs)
                ]
                other = draws.choice(same)
                chosen[place] = other, draws.randint(other.least, LARGEST) if other.least else 0
            elif change == "drop" and len(chosen) > 1 and step.takes == step.gives:
                chosen.pop(place)
            else:
                chosen = drawn(draws, kind, len(chosen))
            if self._fails(chosen, prompt):
                return chosen

    def _fails(self, chosen: list[Chosen], prompt: str) -> bool:
        """Whether these steps, which the world itself knows how to do, give something else at a hidden test."""
        try:
            return any(done(chosen, case.arguments[0]) != case.expected for case in self.tests(prompt))
        except ValueError:
            return True  # the largest of nothing


@lru_cache(maxsize=4096)
def _asked(prompt: str) -> tuple[str, tuple[Chosen, ...]]:
    """The kind of value that a prompt gives, and its steps."""
    opening, *phrases = prompt.removesuffix(END).split("; ")
    kind = start = opening.removesuffix(" x")
    chosen = []
    for phrase in phrases:
        chosen.append(BY_TEXT[kind + phrase])
        kind = chosen[-1][0].gives
    return start, tuple(chosen)


@lru_cache(maxsize=4096)
def _tests(prompt: str, cases: int, seed: int) -> tuple[Case, ...]:
    kind, chosen = _asked(prompt)
    draws = random.Random(derived_seed(seed, "tests", prompt))
    inputs = [input_of(draws, kind) for _ in range(cases)]
    return tuple(Case((value,), done(chosen, value)) for value in inputs)
