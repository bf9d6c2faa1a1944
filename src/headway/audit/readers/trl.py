"""TRL with `log_completions=True`: `completions/completions_00012.parquet`, or the same fields as JSON lines.

A column a reward function, and extra columns beside them that look the same: the advantage, which TRL also writes,
tells which of them were optimised. A file repeats the rows of the one before while a batch is used for several steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from headway.audit.files import Found
from headway.audit.problems import Problems
from headway.audit.readers.names import NAMES
from headway.audit.readers.place import split_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import BATCH_ROWS, Row, frames, rows_of
from headway.audit.values import asked, digest, number, share, whole, words, written

FIXED = ("step", "prompt", "completion", "advantage", "image", "images")
NAMED = {name: NAMES[name] for name in ("answer", "confidence", "gold", "domain", "tokens", "entropy", "logprob")}
MOST_COLUMNS = 6
"""Beyond so many candidate columns subsets are not tried."""
FOLLOWS = 0.999


@dataclass(frozen=True)
class Trl(Reader):
    """GRPO, RLOO and their kin."""

    name = "TRL completions"
    repeats = "shift"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("parquet", "jsonl") and has(found, "step", "prompt", "completion", "advantage"):
            return "rows with step, prompt, completion and advantage"
        return None

    def columns(self, found: Found) -> Columns:
        optimised = optimised_columns(list(found.head))
        extra = {name: column for name, column in self._extra(found).items() if column not in optimised}
        return {
            "step": "step",
            "task": "prompt",
            "prompt": "prompt",
            "text": "completion",
            "reward": " + ".join(optimised) or "none: no column of numbers",
            **extra,
        }

    def read(self, found: Found, problems: Problems) -> Iterator[pl.DataFrame]:
        split, extra = split_in(found.name) or "train", self._extra(found)
        optimised: tuple[str, ...] = ()
        for place, rows in batches(found, problems):
            # By the batch and not by the row: whether a column was optimised shows only in whole groups.
            optimised = optimised_columns(rows) or optimised

            def converted(row: Row, optimised: tuple[str, ...] = optimised) -> list[dict]:
                prompt = asked(row.get("prompt"))
                made = {name: row.get(column) for name, column in extra.items() if column not in optimised}
                return [
                    {
                        "step": whole(row.get("step"), "step"),
                        "split": split,
                        "task": digest(prompt),
                        "prompt": prompt,
                        "text": written(row.get("completion")),
                        "reward": total(row, optimised),
                        "gold": share(made.get("gold")),
                        "confidence": share(made.get("confidence")),
                        "answer": words(made.get("answer"), "answer"),
                        "domain": words(made.get("domain"), "domain"),
                        "tokens": whole(made.get("tokens"), "tokens"),
                        "entropy": number(made.get("entropy"), "entropy"),
                        "logprob": number(made.get("logprob"), "logprob"),
                    }
                ]

            yield from frames(found, problems, converted, rows=zip(place, rows, strict=True))

    def _extra(self, found: Found) -> dict[str, str]:
        """Columns whose names say that they are something else than a reward."""
        found_names = {
            name: next((one for one in names if one in found.columns), None) for name, names in NAMED.items()
        }
        return {name: column for name, column in found_names.items() if column is not None}


def batches(found: Found, problems: Problems) -> Iterator[tuple[list[str], list[Row]]]:
    """Rows and their places, a batch at a time."""
    places: list[str] = []
    rows: list[Row] = []
    for place, row in rows_of(found, problems):
        places.append(place)
        rows.append(row)
        if len(rows) >= BATCH_ROWS:
            yield places, rows
            places, rows = [], []
    if rows:
        yield places, rows


def total(row: Row, columns: tuple[str, ...]) -> float | None:
    """The sum of the rewards that are there; None (or NaN) where none is. The weights of a run are not in its log."""
    values = [value for name in columns if (value := number(row.get(name), name)) is not None]
    known = [value for value in values if value == value]
    return sum(known) if known else (values[0] if values else None)


def optimised_columns(rows: list[Row]) -> tuple[str, ...]:
    """The columns whose sum the advantage follows within every group; without that evidence, all that may be rewards.

    A group's advantage is its rewards, centred and scaled (Shao et al. 2024, arXiv:2402.03300): within a group the two
    are in one line, whatever the scale.
    """
    names = [name for name in _names(rows) if name not in FIXED]
    numeric = [name for name in names if any(_is_number(row.get(name)) for row in rows)]
    likely = tuple(name for name in numeric if not any(name in known for known in NAMED.values()))
    values = {name: np.array([_float(row.get(name)) for row in rows]) for name in numeric}
    advantage = np.array([_float(row.get("advantage")) for row in rows])
    groups = _groups(rows)
    candidates = [likely] if likely else []
    if len(numeric) <= MOST_COLUMNS:
        candidates += [some for n in range(len(numeric), 0, -1) for some in combinations(numeric, n) if some != likely]
    for some in candidates:
        if follows(advantage, np.nansum([values[name] for name in some], axis=0), groups):
            return some
    return likely or tuple(numeric)


def follows(advantage: np.ndarray, reward: np.ndarray, groups: np.ndarray) -> bool:
    """Whether the advantage lies in one line with this reward within every group where either varies."""
    seen = 0
    for group in np.unique(groups):
        ours = groups == group
        a, r = advantage[ours] - advantage[ours].mean(), reward[ours] - reward[ours].mean()
        size = float(np.sqrt((a @ a) * (r @ r)))
        if np.abs(a).max() < 1e-6 and np.abs(r).max() < 1e-6:
            continue
        if not size > 1e-12 or (a @ r) / size < FOLLOWS:
            return False
        seen += 1
    return seen > 0


def _names(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _groups(rows: list[Row]) -> np.ndarray:
    """The number of each row's group: equal prompts, since a log of TRL has no other id."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(str(row.get("prompt")), len(known)) for row in rows])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
