"""How far a run is, as the loop takes it."""

from collections.abc import Sequence
from typing import NamedTuple

from headway.cast import Cast, Policy
from headway.journal.checkpoints import Load, cast_of, load_cast
from headway.journal.layout import Layout
from headway.journal.manifest import Manifest
from headway.journal.rounds import Committed, read_round, rounds_named
from headway.stages import Round


class Progress(NamedTuple):
    """The arguments with which `Loop.walk` goes on."""

    history: tuple[Round, ...]
    """The committed rounds; those that the last ruling keeps and calls best have their cast, and what is sampled by."""
    begun: Round | None
    """The round under way, with the stages that are durable."""
    cast: Cast | None
    """Who plays the next round; None where nothing was recorded, and the run begins with its first cast."""


def read_progress(
    layout: Layout, done: Sequence[Committed], begun: Manifest | None, load: Load, staleness: int
) -> Progress:
    """Read all that was recorded; Damaged where a file is not what was written."""
    loaded: dict[str, Policy] = {}

    def cast(manifest: Manifest) -> Cast:
        return load_cast(layout, cast_of(layout, manifest), load, loaded)

    turn = None
    if begun is not None:
        turn = read_round(layout.partial(begun.round), begun, cast(begun) if begun.cast is not None else None)
    if not done:
        return Progress((), turn, turn.cast if turn else None)
    casts = {index: cast(done[index].manifest) for index in sorted(rounds_named(done, staleness))}
    history = tuple(read_round(layout.round(index), one.manifest, casts.get(index)) for index, one in enumerate(done))
    return Progress(history, turn, casts[done[-1].ruling.keep])
