"""The engine: seven choices, and a generator of rounds.

Whoever wants to watch a run iterates over it: the journal, the progress display and the page are
readers, and the loop calls none of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from headway.attempts import Attempts
from headway.cast import Cast
from headway.evidence import Governs, refuse_own_judge
from headway.levers import pulled
from headway.people.apart import keep_apart
from headway.seeds import derived_seed
from headway.stages import (
    Gate,
    Judge,
    Measure,
    Propose,
    Round,
    RoundRefused,
    Ruling,
    Sample,
    Select,
    State,
    Train,
    cast_after,
    going_on,
    require,
)

REFUSED_IN_A_ROW = 3
"""Rounds in a row that cannot be trained on before the run stops by itself."""


@dataclass(frozen=True)
class Loop:
    """Seven choices. Printing a loop gives its configuration; `dataclasses.replace` gives the next experiment.

    With `staleness` a round is proposed and sampled as the loop stood up to so many rounds before, by who played then:
    its attempts can be under way while those rounds are still trained and examined. They are judged, selected and
    learned by who plays now. Where the gate has gone back behind them, they are sampled anew.
    """

    propose: Propose
    sample: Sample
    judges: tuple[Judge, ...]
    select: Select
    train: Train
    measure: Measure
    gate: Gate
    staleness: int = 0

    def __post_init__(self) -> None:
        require(self.staleness >= 0, self, "staleness", "a whole number of at least 0")
        names = [judge.name for judge in self.judges]
        if len(set(names)) != len(names):
            raise ValueError(f"two judges share a name in {names}; give one of them another name=")
        for room, of in (("propose", self.propose.of), ("select", self.select.of)):
            if of is not None and of not in names:
                raise ValueError(
                    f"{room} reads the verdict {of!r}, but the judges give {names}; "
                    f"add that judge to the loop or {room} by one of these"
                )
        for verdict in self.measure.reads:
            if verdict not in names:
                raise ValueError(f"the exam reads the verdict {verdict!r}, but the judges give {names}; add that judge")

        keep_apart(self.judges, {"propose": self.propose, "select": self.select}, self.measure.reads)
        refuse_own_judge(self.gate, self.measure, self.judges, self.train.roles)
        for lever in self.gate.levers if isinstance(self.gate, Governs) else ():
            for value in lever.values:
                pulled(vars(self), {lever.path: value})

    @property
    def circular(self) -> bool:
        """Whether what selection optimises depends on weights that training changes: a warning, not a verdict."""
        reads = {judge.name: judge.reads for judge in self.judges}
        return self.select.of is not None and not set(self.train.roles).isdisjoint(reads[self.select.of])

    def run(self, cast: Cast, *, rounds: int, seed: int = 0) -> Iterator[Round]:
        """Whole rounds, round 0 (the cast as it came) first, until `rounds` are done or the gate stops."""
        for turn in self.walk(cast, rounds=rounds, seed=seed):
            if turn.ruling is not None:
                yield turn

    def walk(
        self, cast: Cast, *, rounds: int, seed: int = 0, history: Sequence[Round] = (), begun: Round | None = None
    ) -> Iterator[Round]:
        """Every round after each of its stages, for whoever records or shows progress.

        `history` (rounds that are done) and `begun` (a round of which some stages are done) continue an
        earlier run. `cast` is who plays the next round: the cast of the round that the last ruling keeps.
        """
        past = list(history)
        if past:
            past[going_on(past)] = replace(past[going_on(past)], cast=cast)
        while len(past) <= rounds and not (past and past[-1].ruling and past[-1].ruling.stop):
            state = State(len(past), seed, cast_after(past) if past else cast, tuple(past))
            turn = begun or Round(state.round)
            begun = None
            while turn.ruling is None:
                turn = self.advance(turn, state)
                if turn.ruling is not None:
                    past = retained((*past, turn), self.staleness)
                yield turn

    def advance(self, turn: Round, state: State) -> Round:
        """The round with its next stage done: a pure function of the round, the state and the seed."""
        if turn.refused:
            return replace(turn, ruling=refusal(turn, state))
        try:
            return self._advance(turn, state)
        except RoundRefused as reason:
            return replace(turn, refused=str(reason))

    def _advance(self, turn: Round, state: State) -> Round:
        if turn.cast is None:
            if turn.index == 0:
                return replace(turn, cast=state.cast)
            if turn.sampled is None:
                seen, staleness = state.behind(self.staleness)
                return replace(turn, sampled=self.begin(seen).aged(staleness))
            now = self.adjusted(state.history)
            if turn.attempts is None:
                judged = judge(now.judges, state.cast, turn.sampled)
                refuse_degenerate(judged)
                return replace(turn, attempts=now.select(judged, state))
            if not len(turn.attempts.kept):
                raise RoundRefused(
                    f"nothing was selected from {len(turn.attempts)} attempts, so there is nothing to learn from"
                )
            return replace(turn, cast=now.train(state.cast, turn.attempts.kept, state.seed_for("train")))
        if turn.exam is None:
            return replace(turn, exam=self.sit_exam(turn.cast, derived_seed(state.seed, "exam")))
        if turn.report is None:
            return replace(turn, report=self.measure(turn.exam))
        return replace(turn, ruling=self.gate(state.history, turn.index, turn.report))

    def begin(self, state: State) -> Attempts:
        """Tasks proposed and attempted as the loop stands in `state`."""
        now = self.adjusted(state.history)
        return now.sample(state.cast, now.propose(state), state.seed_for("sample"))

    def adjusted(self, history: Sequence[Round]) -> "Loop":
        """The loop as the rulings so far have changed it; its exam and its gate are as they were."""
        changes = {path: value for turn in history if turn.ruling for path, value in turn.ruling.adjust.items()}
        return replace(self, **pulled(vars(self), changes)) if changes else self

    def sit_exam(self, cast: Cast, seed: int) -> Attempts:
        """Held-out tasks, sampled and judged by the same rooms; one seed for all rounds, so rounds are paired."""
        return judge(self.judges, cast, self.measure.sample(cast, self.measure.questions(), seed))


def judge(judges: Sequence[Judge], cast: Cast, attempts: Attempts) -> Attempts:
    """Every judge's opinion recorded; recorded is not used: selection names the one it optimises."""
    for one in judges:
        attempts = attempts.judged(one.name, one(cast, attempts))
    return attempts


def refuse_degenerate(attempts: Attempts) -> None:
    """A round of which every attempt at several tasks reads the same teaches one string; refuse it."""
    texts, tasks = attempts["text"], attempts["task"].n_unique()
    if tasks > 1 and len(texts) > tasks and texts.n_unique() == 1:
        raise RoundRefused(
            f"all {len(texts)} attempts at {tasks} tasks read {texts[0][:60]!r}: the policy has collapsed"
        )


def refusal(turn: Round, state: State) -> Ruling:
    """The ruling on a round that could not be trained on: the parent stays, and too many in a row stop the run."""
    before = state.history[-1].ruling if state.history else None
    row = 1
    for past in reversed(state.history):
        if not past.refused:
            break
        row += 1
    stop = row >= REFUSED_IN_A_ROW or before is None
    reason = f"not committed: {turn.refused}" + (f"; stopped after {row} such rounds in a row" if stop else "")
    keep, best = (before.keep, before.best) if before else (0, 0)
    return Ruling(accept=False, keep=keep, best=best, reason=reason, stop=stop)


def retained(past: Sequence[Round], staleness: int = 0) -> list[Round]:
    """The rounds, of which those have their cast that a later one may start from, or be sampled by."""
    needed = {turn.ruling.keep for turn in past[-1 - staleness :] if turn.ruling}
    needed |= {turn.ruling.best for turn in past[-1:] if turn.ruling}
    return [turn if turn.index in needed or turn.cast is None else replace(turn, cast=None) for turn in past]
