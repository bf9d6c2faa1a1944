"""Tasks of growing difficulty: one level after another, as fast as what the loop itself can see allows."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.domains.levelled import Levelled
from headway.seeds import derived_seed
from headway.stages import Round, State, require


@dataclass(frozen=True)
class Frontier:
    """`tasks` tasks a round, spread evenly over the levels from the frontier on; the frontier begins at `first`.

    A level passes when its tasks reach the share `passed`: of the verdict `of`, or with None of tasks of which
    selection kept something. After a round the frontier moves past every level in a row that passes, from
    the easiest asked on, and past `least` levels in any case; a round that was rolled back moves nothing.
    The first round asks `begin` levels; the next one twice as many as were passed, at least `least` or 1 and at most
    `most`, and no level above `last`, which every later round asks. `least=1, most=1` is one level a round
    (arXiv:2502.01612); `least=1, most=8` with `Unbroken` in selection is that paper's fast schedule, without its look
    at the truth.
    """

    domain: Levelled
    tasks: int = 600
    first: int = 1
    last: int | None = None
    passed: float = 0.9
    of: str | None = None
    least: int = 0
    most: int = 1
    begin: int = 1

    def __post_init__(self) -> None:
        require(self.most >= 1, self, "most", "a whole number of at least 1")
        require(0 <= self.least <= self.most, self, "least", "from 0 to `most`")
        require(1 <= self.begin <= self.most, self, "begin", "from 1 to `most`")
        require(self.tasks >= self.most, self, "tasks", "a whole number of at least `most`")
        require(self.last is None or self.last >= self.first, self, "last", "None, or at least `first`")
        require(0.0 < self.passed <= 1.0, self, "passed", "more than 0 and at most 1")

    def __call__(self, state: State) -> Tasks:
        """The training side of the domain's split, the easiest level first."""
        levels = self.levels(state)
        seed = state.seed_for("propose")
        share, more = divmod(self.tasks, len(levels))
        frames = [
            self.domain.at(level, share + (place < more), derived_seed(seed, level)).frame
            for place, level in enumerate(levels)
        ]
        return Tasks(pl.concat(frames, how="diagonal_relaxed"))

    def levels(self, state: State) -> range:
        """What this round asks, by what the last round of the current cast's line showed."""
        start, width = self.first, max(self.least, self.begin)
        rounds = [turn for turn in state.line if turn.sampled is not None and turn.attempts is not None]
        if rounds:
            asked, advance = self._moved(rounds[-1])
            start, width = asked + advance, min(max(2 * advance, self.least, 1), self.most)
        end = start + width if self.last is None else min(start + width, self.last + 1)
        return range(min(start, end - 1), end)

    def _moved(self, turn: Round) -> tuple[int, int]:
        """The easiest level that a round asked, and how many levels the frontier moved by it."""
        assert turn.sampled is not None
        assert turn.attempts is not None
        asked = turn.attempts.filter(turn.attempts["id"].is_in(turn.sampled["id"].implode()))
        return int(asked["level"].min()), max(self.least, passed_in_a_row(asked, self.of, self.passed))  # type: ignore[arg-type]


def passed_in_a_row(attempts: Attempts, of: str | None, share: float) -> int:
    """How many levels in a row pass, from the easiest on."""
    return int((attempts.passing(of)["share"] >= share).cast(int).cum_prod().sum())
