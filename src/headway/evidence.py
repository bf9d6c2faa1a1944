"""A gate rests on evidence that the loop cannot write: a loop whose gate reads its own judge is refused."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from headway.levers import Lever
from headway.stages import Gate, Judge, Measure


@runtime_checkable
class Governs(Gate, Protocol):
    """A gate that decides by standards on what an exam measures."""

    @property
    def evidence(self) -> Mapping[str, str | None]:
        """For every metric that decides, the verdict that it has to rest on; None for the exam's own choice."""
        ...

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What its rulings may change in the loop."""
        ...


def refuse_own_judge(gate: Gate, measure: Measure, judges: Sequence[Judge], trained: Sequence[str]) -> None:
    """ValueError where a metric of the gate rests on a judge whose weights training changes, or on another verdict."""
    if not isinstance(gate, Governs):
        return
    reads = {judge.name: judge.reads for judge in judges}
    for metric, wanted in gate.evidence.items():
        rests = measure.rests_on(metric)
        for verdict in rests:
            own = sorted(set(trained).intersection(reads[verdict]))
            if own:
                raise ValueError(
                    f"the gate decides by {metric!r}, which rests on the verdict {verdict!r} of {own[0]!r}, whose "
                    f"weights training changes: a loop cannot gate itself; examine by a judge that reads the world"
                )
        if wanted is not None and rests and wanted not in rests:
            raise ValueError(
                f"the standard on {metric!r} wants the evidence of {wanted!r}, but in this exam it rests on "
                f"{', '.join(map(repr, rests))}; give the exam truth={wanted!r}, or change the standard"
            )
