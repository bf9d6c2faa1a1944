"""Data by the world stands in two places: the first policy is made from it, and selection replays it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import product
from typing import Any

from headway.experiment.vocabulary import Experiment
from headway.select import Gold, Mixture, Replay
from headway.start import Pretrained, Taught


def refuse_unseen(experiment: Experiment) -> None:
    """ValueError where selection would replay data by the world that the first policy was not made from.

    Both draw the same data in the same order, so fewer are a part of the same; more would be an advantage of the loop
    that no control arm has. A first policy that was made elsewhere says nothing, and is not compared.
    """
    starts = [one for one in _parts(experiment.start, "start") if isinstance(one[1], Pretrained | Taught)]
    selects = [one for one in _parts(experiment.loop.select, "select") if isinstance(one[1], Replay | Gold | Mixture)]
    for (path, start), (other, select) in product(starts, selects):
        if start.domain == select.domain:
            _compare(path, vars(start), other, vars(select))


def _compare(path: str, made: dict[str, Any], other: str, replayed: dict[str, Any]) -> None:
    for field in ("gold", "graded"):
        if field in made and field in replayed and replayed[field] > made[field]:
            raise ValueError(
                f"{other}.{field} is {replayed[field]}, but the first policy is made from {path}.{field} = "
                f"{made[field]} and has not seen the rest; set {other}.{field} to {made[field]} or less"
            )


def _parts(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A stage and every stage inside it, each with the path by which its fields are set."""
    if is_dataclass(part):
        yield path, part
        for field in fields(part):
            yield from _parts(vars(part)[field.name], f"{path}.{field.name}")
