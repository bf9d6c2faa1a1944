"""Errors put into one round's labels on purpose, to watch whether they die out or grow."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.attempts import WORLD, Attempts
from headway.stages import Select, State, require

KINDS = ("uniform", "perturb", "drop", "drop-perturb")
TAIL = 3
"""Symbols at the end of an answer that are perturbed or dropped."""
LETTER_OR_DIGIT = r"[^\W_]"


@dataclass(frozen=True)
class Corrupt:
    """Another selection, of which the part `share` of what it keeps is spoiled in round `at`, and in no other.

    `uniform` puts a random symbol for every one of the answer; `perturb` moves one to three of the last
    three symbols to their neighbour; `drop` leaves one to three of them out; `drop-perturb` does both.
    What matches the regular expression `symbol`, without groups, is one symbol: letters and digits where nothing is
    said. Only symbols change, into symbols that the round's answers have. This is the noise study of
    arXiv:2502.01612, but never touches a prompt, and a symbol that is moved does move.
    """

    inner: Select
    share: float
    kind: Literal["uniform", "perturb", "drop", "drop-perturb"] = "uniform"
    at: int = 5
    symbol: str = LETTER_OR_DIGIT

    def __post_init__(self) -> None:
        require(0.0 <= self.share <= 1.0, self, "share", "between 0 and 1")
        require(self.kind in KINDS, self, "kind", "'uniform', 'perturb', 'drop' or 'drop-perturb'")
        require(self.at >= 1, self, "at", "a whole number of at least 1")

    @property
    def of(self) -> str | None:
        return self.inner.of

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """A spoiled row keeps its id and weight; what was said of its old text, verdicts included, becomes null.

        Which rows were spoiled shows where the text of an id differs from the sampled one's.
        """
        selected = self.inner(attempts, state)
        if state.round != self.at:
            return selected
        random = np.random.default_rng(state.seed_for("corrupt"))
        learned = selected.frame.select(
            (pl.col("weight").fill_null(0.0) != 0.0)
            & (pl.col("author") != WORLD)
            & pl.col("id").is_in(attempts["id"].implode())
        ).to_series()
        rows = np.flatnonzero(learned.to_numpy())
        spoiled = np.sort(random.permutation(rows)[: round(self.share * len(rows))])
        texts = selected["text"].to_list()
        symbols = sorted({symbol for row in rows for symbol in re.findall(self.symbol, texts[row])})
        if len(symbols) < 2:
            return selected
        for row in spoiled:
            texts[row] = corrupted(texts[row], self.kind, symbols, random, self.symbol)
        return rewritten(selected, texts, spoiled)


def corrupted(
    text: str, kind: str, symbols: list[str], random: np.random.Generator, symbol: str = LETTER_OR_DIGIT
) -> str:
    """`text` with an error of that kind; at least one character is left."""
    letters = re.split(f"({symbol})", text)
    places = list(range(1, len(letters), 2))
    if kind == "uniform":
        for place in places:
            letters[place] = symbols[random.integers(len(symbols))]
        return "".join(letters)
    if "perturb" in kind:
        for place in some_of(places[-TAIL:], random):
            index = symbols.index(letters[place])
            near = [one for one in (index - 1, index + 1) if 0 <= one < len(symbols)]
            letters[place] = symbols[random.choice(near)]
    if "drop" in kind:
        for place in some_of(places[-TAIL:][: len(text) - 1], random):
            letters[place] = ""
    return "".join(letters)


def some_of(places: list[int], random: np.random.Generator) -> list[int]:
    """One to all of these places, drawn evenly by how many."""
    return random.permutation(places)[: random.integers(1, len(places) + 1)].tolist() if places else []


def rewritten(table: Attempts, texts: list[str], rows: np.ndarray) -> Attempts:
    """The table with these texts; in `rows` the answer is the text, and nothing measured on the old one stays."""
    new = np.zeros(len(table), dtype=bool)
    new[rows] = True
    changed = pl.Series("changed", new)
    nothing = [name for name in ("tokens", "logprob", "confidence", "finish") if name in table.frame.columns]
    frame = table.frame.with_columns(
        pl.Series("text", texts),
        *(pl.when(changed).then(None).otherwise(pl.col(name)).alias(name) for name in nothing),
    ).with_columns(pl.when(changed).then(pl.col("text")).otherwise(pl.col("answer")).alias("answer"))
    fresh = Attempts(frame)
    for judge in table.judges:
        fresh = fresh.judged(judge, frame.select(pl.when(~changed).then(table.verdict(judge))).to_series())
    return fresh
