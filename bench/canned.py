"""Rollouts that a worker need not think of; it imports them by name, so they have a file of their own."""

import json

import polars as pl

from headway.engine import Store
from headway.seams.shards import packed, unpacked

LETTERS = "".join(chr(ord("a") + place * 7 % 26) for place in range(600))


def canned(text: str, store: Store) -> bytes:
    """In a worker: rollouts for the prompts of a job, without a model."""
    said = json.loads(text)
    rows = unpacked(store.get(said["rows"]))
    written = rows.select(
        text=pl.concat_str(pl.lit(LETTERS), "seed"),
        tokens=pl.lit(200, dtype=pl.Int64),
        logprob=pl.col("seed").cast(pl.Float64),
        finish=pl.lit("stop"),
        policy=pl.lit(said["policy"]),
    )
    return packed(written)
