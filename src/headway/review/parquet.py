"""The log as a table: one row a line, also those that were taken back."""

from collections.abc import Sequence
from dataclasses import asdict

import polars as pl

from headway.people.answers import NAMES, Answer
from headway.people.halves import half_of
from headway.people.words import is_for, standing
from headway.report.words import prompt_text

WHOLE = ("round", "level", "version")


def frame_of(answers: Sequence[Answer]) -> pl.DataFrame:
    """The columns of a line, and: `stands`, whether it is its person's last word; `half`; `trains`, whether it may.

    `when` is a time in UTC; a prompt of messages is one text.
    """
    stand = {one.id for one in standing(answers)}
    rows = [
        {
            **asdict(one),
            "prompt": prompt_text(one.prompt),
            "stands": one.id in stand,
            "half": half_of(one.task),
            "trains": is_for(one, "train"),
        }
        for one in answers
    ]
    kinds = {name: pl.Int64() if name in WHOLE else pl.String() for name in NAMES}
    schema = {**kinds, "stands": pl.Boolean(), "half": pl.String(), "trains": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col("when").str.to_datetime(time_zone="UTC"))
