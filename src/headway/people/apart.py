"""What people said decides what is learned, or whether a round stands, and never both: a loop that mixes is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, runtime_checkable

from headway.people.halves import Half
from headway.stages import Judge


@runtime_checkable
class JudgeByPeople(Judge, Protocol):
    """A judge that says what people said, of one half of the tasks."""

    @property
    def half(self) -> Half:
        """The half of the tasks that it speaks of."""
        ...


class Learns(Protocol):
    """A stage that decides what is learned, by a verdict or by none."""

    @property
    def of(self) -> str | None:
        """The verdict that it names first."""
        ...


def keep_apart(judges: Sequence[Judge], learning: Mapping[str, Learns], examined: Sequence[str]) -> None:
    """ValueError where a stage of `learning` reads people's gating half, or the exam people's training half.

    Judges made of judges, and selections of selections, are looked into.
    """
    halves = {judge.name: {one.half for one in _parts(judge) if isinstance(one, JudgeByPeople)} for judge in judges}
    for room, stage in learning.items():
        for of in _named(stage):
            if "gate" in halves.get(of, ()):
                raise ValueError(
                    f"{room} reads the verdict {of!r}, which is what people said to gate; "
                    f"give {room} a judge of the other half, as in User(log=..., half='train')"
                )
    for verdict in examined:
        if "train" in halves.get(verdict, ()):
            raise ValueError(
                f"the exam reads the verdict {verdict!r}, which is what people said to train; "
                f"give it a judge of the other half, as in User(log=..., half='gate')"
            )


def _named(stage: Learns) -> set[str]:
    """Every verdict that a stage or a part of it names in its field `of`, or `right`."""
    inside = [vars(part).get(field) for part in _parts(stage) for field in ("of", "right")]
    return {of for of in (stage.of, *inside) if isinstance(of, str)}


def _parts(stage: Any) -> Iterator[Any]:
    """The stage, and every stage among its fields, however deep."""
    if is_dataclass(stage):
        yield stage
        for field in fields(stage):
            yield from _parts(vars(stage)[field.name])
    elif isinstance(stage, tuple):
        for one in stage:
            yield from _parts(one)
