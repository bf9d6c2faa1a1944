"""Rounds compared at equal samples: as many tasks, texts of a task, and tokens; over disjoint blocks of tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.measure.matching import length_matched
from headway.measure.ngrams import By, Tokens, tokenised
from headway.stats import Estimate, mean_with_bounds

Among = Literal["all", "right"]
FEWEST_BLOCKS = 2


@dataclass(frozen=True)
class Design:
    """How rounds are made comparable.

    `among` all attempts or only the right ones. `same_tasks`: every task is drawn in all rounds or in none, which pairs
    the blocks by task; without it (fresh prompts in every round) blocks hold different tasks. `attempts` a task, None
    for as many as all rounds have; `tasks` at most, drawn at random, None for all. `equal_tokens` cuts texts to equal
    lengths (`length_matched`). `blocks` of tasks are what the interval is over, fewer where there are too few tasks.
    """

    among: Among = "all"
    same_tasks: bool = True
    attempts: int | None = None
    tasks: int | None = None
    equal_tokens: bool = True
    blocks: int = 10
    by: By = "words"
    seed: int = 0


@dataclass(frozen=True)
class Rarefied:
    """Measures of rounds at one common size: `values[name]` is (rounds, blocks), NaN where nothing could be measured.

    `texts` a block are the same in every round; `tokens` is their mean number of tokens a block, (rounds,), equal
    unless the design says otherwise.
    """

    texts: tuple[int, ...]
    tokens: tuple[float, ...]
    values: Mapping[str, np.ndarray]

    def at(self, name: str, turn: int) -> Estimate | None:
        """The mean over blocks in one round with its t interval; None with fewer than two measured blocks."""
        return _over_blocks(self.values[name][turn])

    def change(self, name: str, turn: int, since: int = 0) -> Estimate | None:
        """The mean difference of a block between two rounds, paired by block."""
        return _over_blocks(self.values[name][turn] - self.values[name][since])


def rarefied(
    rounds: Sequence[pl.DataFrame],
    measure: Callable[[Tokens], Mapping[str, float | None]],
    design: Design = Design(),
) -> Rarefied:
    """`measure` in every round, at samples that are equal in tasks, texts and (unless told otherwise) tokens.

    Each round is a frame with `task`, `text` and, among right answers, `truth`. Tasks are split into disjoint blocks,
    and the measure is taken block by block: so its value is that of one common sample size, and blocks are independent
    units. The draw depends on the seed only. ValueError where the rounds have too few tasks in common.
    """
    pools = [_texts_by_task(frame, design.among) for frame in rounds]
    random = np.random.default_rng(design.seed)
    blocks = _same_tasks(pools, design, random) if design.same_tasks else _any_tasks(pools, design, random)
    tokens = tokenised([text for block in blocks for texts in block for text in texts], design.by)
    values: dict[str, np.ndarray] = {}
    counts = np.zeros((len(rounds), len(blocks)))
    start = 0
    for number, block in enumerate(blocks):
        sets = []
        for texts in block:
            sets.append(tokens.take(np.arange(start, start + len(texts))))
            start += len(texts)
        for turn, each in enumerate(length_matched(sets) if design.equal_tokens else sets):
            counts[turn, number] = len(each.ids)
            for name, value in measure(each).items():
                held = values.setdefault(name, np.full((len(rounds), len(blocks)), np.nan))
                held[turn, number] = np.nan if value is None else value
    return Rarefied(tuple(len(block[0]) for block in blocks), tuple(counts.mean(axis=1).tolist()), values)


Pool = dict[str, list[str]]
"""The texts of each task."""
Block = list[list[str]]
"""The texts drawn in each round."""


def _texts_by_task(frame: pl.DataFrame, among: Among) -> Pool:
    rows = frame.filter(pl.col("truth") == 1.0) if among == "right" else frame
    held = rows.filter(pl.col("text").is_not_null()).group_by("task", maintain_order=True).agg("text")
    return dict(zip(held["task"].to_list(), held["text"].to_list(), strict=True))


def _same_tasks(pools: Sequence[Pool], design: Design, random: np.random.Generator) -> list[Block]:
    """The same tasks in every round, and of each as many texts as the round with the fewest has."""
    wanted = design.attempts or 1
    common = [task for task in pools[0] if all(len(pool.get(task, ())) >= wanted for pool in pools)]
    made = []
    for tasks in _split(common, design, random, "have in common"):
        block: Block = [[] for _ in pools]
        for task in tasks:
            drawn = design.attempts or min(len(pool[task]) for pool in pools)
            for texts, pool in zip(block, pools, strict=True):
                texts += _drawn(pool[task], drawn, random)
        made.append(block)
    return made


def _any_tasks(pools: Sequence[Pool], design: Design, random: np.random.Generator) -> list[Block]:
    """As many tasks in every round, whichever they are, and of each as many texts."""
    medians = [np.median([len(texts) for texts in pool.values()]) if pool else 0 for pool in pools]
    drawn = design.attempts or max(1, int(min(medians, default=0)))
    usable = [[task for task, texts in pool.items() if len(texts) >= drawn] for pool in pools]
    fewest = min(map(len, usable), default=0)
    chosen = [[tasks[i] for i in random.permutation(len(tasks))[:fewest]] for tasks in usable]
    parts = [_split(tasks, design, random, "each have") for tasks in chosen]
    return [
        [
            [text for task in tasks for text in _drawn(pool[task], drawn, random)]
            for tasks, pool in zip(block, pools, strict=True)
        ]
        for block in zip(*parts, strict=True)
    ]


def _split(tasks: list[str], design: Design, random: np.random.Generator, how: str) -> list[list[str]]:
    blocks = min(design.blocks, min(len(tasks), design.tasks or len(tasks)) // 2)
    if blocks < FEWEST_BLOCKS:
        raise ValueError(
            f"the rounds {how} only {len(tasks)} tasks with enough texts among {design.among}; at least 4 are needed"
            + ("; where every round has fresh tasks, compare with same_tasks=False" if design.same_tasks else "")
        )
    order = random.permutation(len(tasks))[: design.tasks]
    size = len(order) // blocks
    return [[tasks[i] for i in order[start * size : (start + 1) * size]] for start in range(blocks)]


def _drawn(texts: list[str], n: int, random: np.random.Generator) -> list[str]:
    return texts if len(texts) == n else [texts[i] for i in random.permutation(len(texts))[:n]]


def _over_blocks(values: np.ndarray) -> Estimate | None:
    measured = values[~np.isnan(values)]
    return mean_with_bounds(measured, 0.025) if len(measured) >= FEWEST_BLOCKS else None
