"""Turn after turn: each attempt is asked after the ones before it, which the author, a tool or nobody has put right."""

import random
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from headway.attempts import MESSAGES, Attempts, Tasks
from headway.cast import Cast
from headway.domains.chained import Chained, Messages, assistant, turn_of, user
from headway.sample.each import hexadecimal
from headway.seeds import derived_seed, derived_seeds
from headway.stages import require


@dataclass(frozen=True)
class History:
    """What stands in the earlier turns: the author's own answers, or given ones of which some are wrong.

    The first `given` turns are not sampled: their answers are right, or wrong at `rate` each, or in exactly `errors`
    of them. Errors fall in turns `first` to `last` only (None: the last one given). Every error is one: a wrong
    value, never the right one by chance. `History()` is the author's own record throughout.
    """

    given: int = 0
    rate: float = 0.0
    errors: int | None = None
    first: int = 1
    last: int | None = None

    def __post_init__(self) -> None:
        require(self.given >= 0, self, "given", "0 or a whole number of turns")
        require(0.0 <= self.rate <= 1.0, self, "rate", "between 0 and 1")
        require(self.first >= 1, self, "first", "a turn, 1 or later")
        places = len(self._places)
        require(self.errors is None or 0 <= self.errors <= places, self, "errors", f"None, or 0 to {places} turns")

    @property
    def _places(self) -> range:
        return range(self.first, min(self.last or self.given, self.given) + 1)

    def wrong_turns(self, draws: random.Random) -> set[int]:
        """Which of the given turns have an error."""
        if self.errors is not None:
            return set(draws.sample(list(self._places), self.errors))
        return {turn for turn in self._places if draws.random() < self.rate}


@dataclass
class Line:
    """One conversation under way."""

    chain: str
    name: str
    plan: list[str]
    truths: list[str]
    draws: random.Random
    wrong: set[int]
    turns: Messages = field(default_factory=list)
    """The question and the answer of each turn that still stands."""
    errors: list[bool] = field(default_factory=list)
    """Whether each answer that still stands was wrong."""

    def said(self, question: str, text: str, *, wrong: bool) -> None:
        """One more turn that stands."""
        self.turns += [user(question), assistant(text)]
        self.errors.append(wrong)


@dataclass(frozen=True)
class Chain:
    """Every task from its first turn to its last, `attempts` times; a row a turn that was sampled.

    `history` says what the earlier turns hold. Only `window` earlier turns are shown (None: all). Every `anchored`
    turns a tool that knows the plan replaces the record by the last turn put right. Of `votes` answers a turn the most
    frequent one stands. `only` are the turns that are kept as rows (none: all).

    The row's level is its turn; its traits are `chain` (the task it is a turn of), `turn`, `context` (turns shown) and
    `errors` (how many of these were wrong): prompts that carry errors are marked.
    """

    domain: Chained
    history: History = History()
    window: int | None = None
    anchored: int | None = None
    votes: int = 1
    only: tuple[int, ...] = ()
    attempts: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 8
    role: str = "solver"

    def __post_init__(self) -> None:
        require(self.history.given < self.domain.turns, self, "history", f"less than {self.domain.turns} given turns")
        require(self.window is None or self.window >= 1, self, "window", "None, or 1 or more turns")
        require(self.anchored is None or self.anchored >= 1, self, "anchored", "None, or 1 or more turns")
        require(self.votes >= 1, self, "votes", "a whole number of at least 1")
        require(self.attempts >= 1, self, "attempts", "a whole number of at least 1")
        require(self.temperature >= 0.0, self, "temperature", "0 (greedy) or more")
        require(0.0 < self.top_p <= 1.0, self, "top_p", "more than 0 and at most 1")
        require(self.max_tokens >= 1, self, "max_tokens", "a whole number of at least 1")

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Rows in the order of turns; ValueError where a task has no plan."""
        lines = self._lines(tasks, seed)
        last = max(self.only, default=self.domain.turns)
        parts = [
            part for turn in range(1, last + 1) if (part := self._turn(cast, lines, turn, derived_seed(seed, turn)))
        ]
        rows = Attempts.join(parts)
        return rows.filter(pl.col("level").is_in(self.only)) if self.only else rows

    def _lines(self, tasks: Tasks, seed: int) -> list[Line]:
        found = []
        for row in tasks.frame.select("task", "traits").iter_rows(named=True):
            plan = (row["traits"] or {}).get("plan")
            if plan is None:
                raise ValueError(
                    f"the task {row['task'][:60]!r} has no trait `plan`; Chain samples domains of many turns"
                )
            for copy in range(self.attempts):
                name = f"{row['task']}#{copy}" if self.attempts > 1 else row["task"]
                draws = random.Random(derived_seed(seed, name, "history"))
                wrong = self.history.wrong_turns(draws)
                found.append(Line(row["task"], name, plan, self.domain.truths(plan), draws, wrong))
        return found

    def _turn(self, cast: Cast, lines: list[Line], turn: int, seed: int) -> Attempts | None:
        if turn <= self.history.given:
            for line in lines:
                self._give(line, turn)
            return None
        if self.anchored and turn > 1 and (turn - 1) % self.anchored == 0:
            for line in lines:
                line.turns, line.errors = [], []
                line.said(line.plan[turn - 2], line.truths[turn - 2], wrong=False)
        return self._asked(cast, lines, turn, seed)

    def _give(self, line: Line, turn: int) -> None:
        question, wrong = line.plan[turn - 1], turn in line.wrong
        prompt = [*self.domain.opening(), *line.turns, user(question)]
        text = self.domain.wrong(prompt, line.draws) if wrong else self.domain.right(prompt)
        line.said(question, text, wrong=wrong)

    def _asked(self, cast: Cast, lines: list[Line], turn: int, seed: int) -> Attempts:
        prompts = [self._prompt(line, turn) for line in lines]
        seeds = derived_seeds(seed, [line.name for line in lines], self.votes)
        written = cast[self.role].sample(
            [prompt for prompt in prompts for _ in range(self.votes)],
            seeds,
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
        )
        answers = [self.domain.read(text) for text in written.texts]
        stands = [start + majority(answers[start : start + self.votes]) for start in range(0, len(answers), self.votes)]
        rows = []
        for line, prompt, index in zip(lines, prompts, stands, strict=True):
            shown = line.errors[-self.window :] if self.window else line.errors
            rows.append(
                {
                    "task": turn_of(line.name, turn),
                    "domain": self.domain.name,
                    "level": turn,
                    "truth": line.truths[turn - 1],
                    "traits": {"chain": line.chain, "turn": turn, "context": len(shown), "errors": sum(shown)},
                    "id": hexadecimal(seeds[index : index + 1])[0],
                    "author": self.role,
                    "text": written.texts[index],
                    "answer": answers[index],
                    "tokens": written.tokens[index],
                    "logprob": written.logprob[index],
                    "finish": written.finish[index],
                }
            )
            wrong = answers[index] != self.domain.read(self.domain.right(prompt))
            line.said(line.plan[turn - 1], self.domain.record(written.texts[index]), wrong=wrong)
        frame = pl.DataFrame(rows, infer_schema_length=None)
        return Attempts(frame.with_columns(pl.Series("prompt", prompts, dtype=MESSAGES)))

    def _prompt(self, line: Line, turn: int) -> Messages:
        shown = line.turns[-2 * self.window :] if self.window else line.turns
        return [*self.domain.opening(), *shown, user(line.plan[turn - 1])]


def majority(answers: list[str | None]) -> int:
    """The index of the first attempt with the most frequent readable answer; 0 where none can be read."""
    counts = Counter(answer for answer in answers if answer is not None)
    return answers.index(counts.most_common(1)[0][0]) if counts else 0
