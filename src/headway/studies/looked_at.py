"""The ways S5 looks at what was written: words, structure and meaning, of programs and of verse."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.domains import Verse
from headway.domains.lines import corpus, taken_apart, words_of
from headway.measure.breadth import Layer, adjusted, compared, effective_texts, unlike_others
from headway.measure.ngrams import Tokens, numbered
from headway.measure.semantic import effective_diversity
from headway.measure.syntax import code_trees, skeletons
from headway.measure.word_vectors import WordVectors, word_vectors

CODE_TOKEN = re.compile(r"[0-9]+|[a-z]+|//|==|\S")
TREE = 3
"""Levels of a syntax subtree."""


def code_tokens(texts: Sequence[str]) -> Tokens:
    """Programs as numbers, words and signs."""
    return numbered([CODE_TOKEN.findall(text) for text in texts])


def trees(texts: Sequence[str]) -> Tokens:
    """Programs as their syntax subtrees, without names and constants; a text that is no Python has none."""
    return code_trees([text.strip() for text in texts], TREE)[0]


def line_tokens(texts: Sequence[str]) -> Tokens:
    """Lines as words and marks."""
    return numbered([taken_apart(text) for text in texts])


def line_words(texts: Sequence[str]) -> Tokens:
    """Lines as words."""
    return numbered([words_of(taken_apart(text)) for text in texts])


LEXICAL = {"EAD": adjusted((1, 2, 3)), "1 - self-BLEU": unlike_others, "Vendi": effective_texts}
CODE = (Layer("lexical", code_tokens, LEXICAL), Layer("syntactic", trees, {"EAD of subtrees": adjusted((1,))}))


@lru_cache(maxsize=2)
def meaning_of(text: str) -> WordVectors:
    """Word vectors of the corpus that verse comes from."""
    lines = corpus(text)
    words = lines.words[: sum(len(words_of(line)) for line in lines.lines) // 4]  # of a small corpus, fewer
    return word_vectors([words_of(line) for line in lines.lines], words, size=min(48, len(words) // 2))


def verse_layers(prose: Verse) -> tuple[Layer, ...]:
    """Words, skeletons of function words, and what the words mean."""
    return (
        Layer("lexical", line_tokens, LEXICAL),
        Layer("syntactic", skeletons, {"EAD of skeletons": adjusted((2, 3, 4))}),
        Layer("semantic", line_words, {"1 - cosine": meaning_of(prose.text).apart}),
    )


def changes(before: Attempts, after: Attempts, prose: Verse | None) -> pl.DataFrame:
    """What changed between two exams of the same prompts: `task`, `layer`, `measure`, `condition`, `before`, `after`.

    `prose` is the domain where the texts are verse, None where they are programs.
    """
    old, new = (exam.frame.with_columns(valid=exam.verdict("tool") == 1.0) for exam in (before, after))
    layers = CODE if prose is None else verse_layers(prose)
    found = compared(old, new, layers)
    beside = paired(plain(before), plain(after))
    if prose is None:
        beside = pl.concat([beside, paired(meant(old), meant(new))])
    return pl.concat([found.select(beside.columns), beside])


def plain(exam: Attempts) -> pl.DataFrame:
    """A row a task and measure of what is no diversity of texts: quality, length and entropy."""
    rater = exam.verdict("rater") if "rater" in exam.judges else pl.lit(None, dtype=pl.Float64)
    rows = exam.frame.select("task", "tokens", "logprob", right=exam.verdict("tool"), rater=rater)
    by_task = rows.group_by("task", maintain_order=True).agg(
        pl.col("right").mean(),
        pl.col("rater").mean(),
        tokens=pl.col("tokens").cast(pl.Float64).mean(),
        entropy=-pl.col("logprob").mean(),
        rate=-pl.col("logprob").sum() / pl.col("tokens").sum(),
    )
    named = {
        "right": ("quality", "right"),
        "rater": ("quality", "rater"),
        "tokens": ("length", "tokens"),
        "entropy": ("entropy", "nats a text"),
        "rate": ("entropy", "nats a token"),
    }
    return long(by_task, named, "all")


def meant(rows: pl.DataFrame) -> pl.DataFrame:
    """A row a task and measure of what programs mean: their outputs are their meaning, where they are right."""
    found = effective_diversity(rows.select("task", meaning=pl.when(pl.col("valid")).then(pl.col("answer"))))
    fixed = {"div_fixed": ("semantic", "Div_fixed"), "div_pair": ("semantic", "Div_pair")}
    among = {"div_pair_valid": ("semantic", "Div_pair")}
    return pl.concat([long(found, fixed, "all"), long(found, among, "valid")])


def long(by_task: pl.DataFrame, named: dict[str, tuple[str, str]], condition: str) -> pl.DataFrame:
    """Columns of a row a task as rows."""
    return pl.concat(
        [
            by_task.select(
                "task",
                layer=pl.lit(layer),
                measure=pl.lit(measure),
                condition=pl.lit(condition),
                value=pl.col(column).cast(pl.Float64),
            )
            for column, (layer, measure) in named.items()
        ]
    )


def paired(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Two such tables side by side."""
    keys = ["task", "layer", "measure", "condition"]
    return old.rename({"value": "before"}).join(
        new.rename({"value": "after"}), on=keys, how="inner", maintain_order="left"
    )


def matrix(tables: Sequence[pl.DataFrame], layer: str, measure: str, condition: str, side: str) -> np.ndarray:
    """One measure as (seeds, prompts), prompts in the order of their names; NaN where a seed says nothing of one."""
    wanted = (pl.col("layer") == layer) & (pl.col("measure") == measure) & (pl.col("condition") == condition)
    rows = [table.filter(wanted) for table in tables]
    tasks = sorted({task for table in rows for task in table["task"]})
    order = pl.DataFrame({"task": tasks}, schema={"task": pl.String})
    columns = [
        order.join(table.select("task", side), on="task", how="left", maintain_order="left")[side] for table in rows
    ]
    return np.array([column.to_numpy().astype(np.float64) for column in columns])
