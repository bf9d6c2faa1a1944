"""The audit: read, put in order, measure one stretch of steps at a time, judge, and keep the texts that show it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.audit.context import InContext, in_context
from headway.audit.evidence import Texts, texts_of
from headway.audit.findings import Verdict, judge
from headway.audit.gather import Log, gathered
from headway.audit.problems import Problem, Problems
from headway.audit.rollouts import Sources
from headway.audit.spool import Spool
from headway.audit.stretches import Stretch, share_of, stretches
from headway.audit.timeline import measured
from headway.rollouts import ROLLOUT_COLUMNS

HEALTHY, FINDING, CANNOT_TELL = 0, 1, 3
"""Exit codes: the verdict is the code. 2 is for wrong usage."""


@dataclass(frozen=True)
class Audit:
    """What an audit found at a path; everything that the pages show is in it."""

    path: Path
    root: Path
    """The folder of the log that was audited."""
    sources: Sources
    split: str
    rollouts: int
    stretches: tuple[Stretch, ...]
    share: float
    """The smallest share of a stretch's tasks that was measured: 1 where every row was."""
    timeline: pl.DataFrame
    """Rows `step`, `measure`, `value`, `low`, `high`, `n`; a step is the first of its stretch."""
    apart: pl.DataFrame
    """The same for each kind of prompt (domain and level) named in `group`; empty where there is one kind or none."""
    verdict: Verdict
    texts: Texts | None
    in_context: InContext | None
    """Accuracy by the errors in the context, in the last stretch; None where rollouts are no turns."""
    absent: tuple[str, ...]
    """Columns of a rollout that the log does not have."""
    problems: tuple[Problem, ...]
    others: tuple[str, ...]
    """Other logs at the path, in words: each is audited by naming its folder."""

    @property
    def exit_code(self) -> int:
        """0 healthy, 1 something was found, 3 the data cannot tell."""
        return {"healthy": HEALTHY, "cannot tell": CANNOT_TELL}.get(self.verdict.name, FINDING)


def audited(path: Path, mapping: Mapping[str, str], split: str | None) -> Audit:
    """The audit of the rollouts at `path`; see `headway.audit.audit`."""
    problems = Problems()
    with tempfile.TemporaryDirectory(prefix="headway-audit-") as folder:
        logs = gathered(path, Path(folder), problems, mapping)
        log = logs[0]
        chosen = log.split(split)
        spool = log.spools[chosen]
        parts = tuple(stretches(spool.rows))
        shares = [share_of(part.rows, spool.size / spool.height) for part in parts]
        timeline, apart = timeline_of(spool, parts, shares)
        absent = tuple(name for name in ROLLOUT_COLUMNS if not spool.filled[name])
        verdict = judge(timeline, [name for name in ROLLOUT_COLUMNS if name not in absent], apart)
        texts = compared_texts(spool, parts, shares)
        context = (
            in_context(spool.between(parts[-1].first, parts[-1].last, shares[-1])) if "turn" not in absent else None
        )
    return Audit(
        path=path,
        root=log.root,
        sources=log.sources,
        split=chosen,
        rollouts=spool.height,
        stretches=parts,
        share=min(shares),
        timeline=timeline,
        apart=apart,
        verdict=verdict,
        texts=texts,
        in_context=context,
        absent=absent,
        problems=tuple(problems),
        others=tuple(described(other) for other in logs[1:]) + other_splits(log, chosen),
    )


def timeline_of(spool: Spool, parts: tuple[Stretch, ...], shares: list[float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every measure of every stretch, of all prompts and of every kind, one stretch in memory at a time."""
    rows = []
    for part, share in zip(parts, shares, strict=True):
        frame = spool.between(part.first, part.last, share).with_columns(pl.lit(part.first, pl.Int64).alias("step"))
        rows.append(measured(frame).select(pl.lit(part.first, pl.Int64).alias("step"), pl.all()))
    return together_and_apart(pl.concat(rows))


def together_and_apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of all prompts, without `group`; and those of the kinds, where there are two or more."""
    apart = rows.filter(pl.col("group").is_not_null())
    apart = apart if apart["group"].n_unique() > 1 else apart.clear()
    return rows.filter(pl.col("group").is_null()).drop("group"), apart


def compared_texts(spool: Spool, parts: tuple[Stretch, ...], shares: list[float]) -> Texts | None:
    """What the first and the last stretch wrote; None where there is only one."""
    if len(parts) < 2:
        return None
    first, last = (spool.between(parts[place].first, parts[place].last, shares[place]) for place in (0, -1))
    return texts_of(first, last, parts[0], parts[-1])


def described(log: Log) -> str:
    """A log in a sentence."""
    return f"{log.root} ({log.sources.reader}, {log.height:,} rollouts)"


def other_splits(log: Log, chosen: str) -> tuple[str, ...]:
    """The splits of the same log that were not audited."""
    return tuple(f"--split {name} ({spool.height:,} rollouts)" for name, spool in log.spools.items() if name != chosen)
