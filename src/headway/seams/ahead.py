"""Which rounds can be sampled before their turn comes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from headway.loop import Loop
from headway.stages import Round, Ruling, State, cast_after, lag


def foreseen(loop: Loop, turn: Round, seed: int, history: Sequence[Round]) -> Iterator[State]:
    """The states from which later rounds are proposed and sampled, as far as the stage that `turn` has done tells.

    Where a loop allows staleness, so many rounds on is known as soon as this round begins, whatever comes of it.
    Where it allows none, it is the next round once this one is trained, on a guess: that the gate lets it stand.
    """
    if turn.stage == "sampled":
        for later in range(turn.index + 1, turn.index + 1 + loop.staleness):
            if lag(later, loop.staleness) == later - turn.index:
                yield State(later, seed, cast_after(history), tuple(history))
    elif turn.stage == "cast" and turn.cast is not None and not loop.staleness:
        guess = replace(turn, ruling=Ruling(True, turn.index, turn.index, "not ruled yet"))
        yield State(turn.index + 1, seed, turn.cast, (*history, guess))
