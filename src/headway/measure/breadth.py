"""How varied the attempts at each task are, before and after training, at equal numbers of texts and of tokens.

The unit is the task: every measure is taken over the attempts at one task, in both exams, so that tasks pair up. Three
conditions: `all` attempts; only the `valid` ones, as many of each exam as the one with fewer has; and the valid ones
`matched` in length as well, each cut to the length of its counterpart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.measure.lexical import expectation_adjusted_distinct
from headway.measure.matching import length_matched
from headway.measure.ngrams import Tokens
from headway.measure.self_bleu import self_bleu
from headway.measure.vendi import vendi_of_ngrams

Condition = Literal["all", "valid", "matched"]
CONDITIONS: tuple[Condition, ...] = ("all", "valid", "matched")
FEWEST = 3
"""Texts of a task that each exam has at least; with fewer, a task says nothing of variety."""


COLUMNS = {
    "task": pl.String,
    "layer": pl.String,
    "measure": pl.String,
    "condition": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
}


@dataclass(frozen=True)
class Layer:
    """One way to look at texts: how they are taken apart, and what is measured on the texts of a task.

    `tokens` is called once for all texts of both exams. A measure gives None where it cannot be taken.
    """

    name: str
    tokens: Callable[[Sequence[str]], Tokens]
    measures: Mapping[str, Callable[[Tokens], float | None]]


@dataclass(frozen=True)
class Drawn:
    """The texts of one task that are compared: rows before and after, as many of each."""

    task: str
    before: np.ndarray
    after: np.ndarray


def compared(
    before: pl.DataFrame,
    after: pl.DataFrame,
    layers: Sequence[Layer],
    conditions: Sequence[Condition] = CONDITIONS,
    *,
    seed: int = 0,
) -> pl.DataFrame:
    """A row a task, layer, measure and condition: these four, and the value `before` and `after`.

    Both frames have `task`, `text` and `valid`. Tasks with fewer than three texts on either side are left out.
    """
    both = [*before["text"].to_list(), *after["text"].to_list()]
    tasks = {condition: drawn(before, after, condition, seed) for condition in conditions}
    rows = []
    for layer in layers:
        tokens = layer.tokens(both)
        for condition, chosen in tasks.items():
            for task in chosen:
                sides = [tokens.take(task.before), tokens.take(task.after)]
                old, new = length_matched(sides) if condition == "matched" else sides
                for name, measure in layer.measures.items():
                    rows.append((task.task, layer.name, name, condition, measure(old), measure(new)))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def drawn(before: pl.DataFrame, after: pl.DataFrame, condition: Condition, seed: int) -> list[Drawn]:
    """The rows to compare at each task that both exams have; rows of `after` are numbered behind those of `before`."""
    random = np.random.default_rng(seed)
    old, new = (_rows(frame, condition) for frame in (before, after))
    made = []
    for task, mine in old.items():
        theirs = new.get(task, np.empty(0, dtype=np.int64))
        size = min(len(mine), len(theirs))
        if size >= FEWEST:
            made.append(Drawn(task, _some(mine, size, random), _some(theirs, size, random) + before.height))
    return made


def _rows(frame: pl.DataFrame, condition: Condition) -> dict[str, np.ndarray]:
    rows = frame.with_row_index("row")
    kept = rows if condition == "all" else rows.filter("valid")
    held = kept.group_by("task", maintain_order=True).agg("row")
    return {task: np.array(found, dtype=np.int64) for task, found in held.iter_rows()}


def _some(rows: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    return rows if len(rows) == size else np.sort(random.permutation(rows)[:size])


def adjusted(sizes: Sequence[int]) -> Callable[[Tokens], float | None]:
    """The mean over n-gram sizes of the expectation-adjusted distinct share; None where no text is long enough."""

    def measure(tokens: Tokens) -> float | None:
        found = [expectation_adjusted_distinct(tokens, size) for size in sizes]
        known = [value for value in found if value is not None]
        return float(np.mean(known)) if known else None

    return measure


def unlike_others(tokens: Tokens) -> float | None:
    """1 - mean self-BLEU of up to 4 tokens: 1 where no text holds what another has."""
    return 1.0 - float(self_bleu(tokens).mean()) if tokens.lengths.sum() else None


def effective_texts(tokens: Tokens) -> float | None:
    """The Vendi score of order 2 of n-gram counts, over the number of texts, in (0, 1]."""
    return vendi_of_ngrams(tokens).order2.value / len(tokens) if tokens.lengths.sum() else None
