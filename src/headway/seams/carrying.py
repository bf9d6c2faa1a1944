"""What a worker does: it reads a job's text, and carries out the seam that it names."""

import json
from dataclasses import fields
from typing import Any

from headway.engine import Job, Needs, Ref, Store
from headway.seams.asking import Odds, Score, Write
from headway.seams.checking import Check
from headway.seams.learning import Learn

Seam = Write | Score | Odds | Check | Learn
SEAMS = {kind.__name__: kind for kind in (Write, Score, Odds, Check, Learn)}


def job_of(seam: Seam, inputs: tuple[Ref, ...], needs: Needs = Needs()) -> Job:  # noqa: B008  it is frozen
    """The job that carries a seam out; `inputs` are the objects that it reads."""
    return Job(json.dumps({"seam": type(seam).__name__, **vars(seam)}), inputs, needs)


def carry_out(text: str, store: Store) -> bytes:
    """Do what a job's text says; ValueError for a seam or a field that this version does not know."""
    said: dict[str, Any] = json.loads(text)
    kind = SEAMS.get(said.pop("seam", ""))
    if kind is None or set(said) != {field.name for field in fields(kind)}:
        raise ValueError(f"this version of headway has no seam as in {text[:80]!r}; workers and driver must be alike")
    one_thread()
    listed: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
    return kind(**listed)(store)


def one_thread() -> None:
    """Torch uses the one thread that the environment says, in every worker alike."""
    from headway.policy.threads import one_thread_unless_told

    one_thread_unless_told()
