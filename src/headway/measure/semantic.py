"""How many different things are meant: classes of meaning, and diversity that only counts what is valid."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import polars as pl


def effective_diversity(meant: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task`, `div_fixed`, `div_pair` and `div_pair_valid`, all in [0, 1] (after arXiv:2504.12522).

    `meant` has a row an attempt with `task` and `meaning`, null for an invalid attempt: the answer, an outcome, a
    cluster. `div_fixed` is different meanings over attempts; `div_pair` the share of pairs that are both valid and mean
    different things; `div_pair_valid` the same among valid pairs only, null with fewer than two valid attempts. Beside
    each other they tell more valid from more varied. `div_fixed` falls with the number of attempts; the pairs do not.
    """
    counts = meant.group_by("task", "meaning", maintain_order=True).agg(n=pl.len().cast(pl.Float64))
    valid = pl.col("meaning").is_not_null()
    n, among = pl.col("n").sum(), pl.col("n").filter(valid).sum()
    differ = among**2 - (pl.col("n").filter(valid) ** 2).sum()
    return counts.group_by("task", maintain_order=True).agg(
        div_fixed=valid.sum() / n,
        div_pair=pl.when(n > 1).then(differ / (n * (n - 1))),
        div_pair_valid=pl.when(among > 1).then(differ / (among * (among - 1))),
    )


def meanings_by_outcome(texts: Sequence[str], run: Callable[[str], Hashable | None]) -> list[int | None]:
    """A class for every text: texts with equal outcomes of `run` are one class, None (did not run) is no class.

    `run` is the caller's: a program's outputs on every test input, sandboxed. It is called once a different text.
    """
    outcomes: dict[str, Hashable | None] = {text: run(text) for text in dict.fromkeys(texts)}
    numbers: dict[Hashable, int] = {}
    for outcome in outcomes.values():
        if outcome is not None:
            numbers.setdefault(outcome, len(numbers))
    return [None if outcomes[text] is None else numbers[outcomes[text]] for text in texts]


def meanings_by_embedding(embeddings: np.ndarray, tasks: Sequence[str], similarity: float = 0.8) -> np.ndarray:
    """A class for every text, (texts,): within a task, texts whose cosine is at least `similarity` are linked.

    Classes are what links connect, whatever the order of texts; a chain of small steps is one class, so choose the
    similarity on texts that you have read.
    """
    from scipy.sparse.csgraph import connected_components

    vectors = np.asarray(embeddings, dtype=np.float64)
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-300)
    _, number = np.unique(np.asarray(tasks), return_inverse=True)
    labels, used = np.empty(len(vectors), dtype=np.int64), 0
    for rows in np.split(np.argsort(number, kind="stable"), np.cumsum(np.bincount(number))[:-1]):
        linked = vectors[rows] @ vectors[rows].T >= similarity
        classes, found = connected_components(linked, directed=False)
        labels[rows] = found + used
        used += classes
    return labels
