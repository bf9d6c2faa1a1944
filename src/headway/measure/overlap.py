"""How much of a text stands in its siblings too: word trigrams in common, of texts cut to one length."""

import polars as pl

WORDS = 64
"""Words of each text that are read: length-matched, since long texts share more with anything."""
N = 3
PIECES = r"[\p{L}\p{N}]+|[^\p{L}\p{N}\s]"


def trigrams(texts: pl.DataFrame) -> pl.DataFrame:
    """The different n-grams of every text: `row`, `task`, `gram` (a hash), a row each; texts without words have none.

    `texts` has the columns row (one a text), task and text. A text shorter than n words is one gram.
    """
    words = (
        texts.lazy()
        .select("row", "task", word=pl.col("text").str.slice(0, 16 * WORDS).str.extract_all(PIECES).list.head(WORDS))
        .filter(pl.col("word").list.len() > 0)
        .explode("word")
        .with_columns(word=pl.col("word").hash())
    )
    following = [pl.col("word").shift(-ahead).over("row").fill_null(0) for ahead in range(1, N)]
    place = pl.int_range(pl.len()).over("row")
    whole = (place == 0) | following[-1].ne(0)
    return (
        words.with_columns(
            gram=pl.struct("word", *(one.alias(f"+{i}") for i, one in enumerate(following))).hash(), whole=whole
        )
        .filter("whole")
        .select("row", "task", "gram")
        .unique()
        .collect()
    )


def shared_within(grams: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `shared`, the share of a text's n-grams that another attempt at the task has, in [0, 1].

    The mean over pairs of attempts, so that it does not grow with their number; tasks with one text are left out.
    """
    texts = grams.group_by("task").agg(texts=pl.col("row").n_unique(), grams=pl.len())
    times = grams.group_by("task", "gram").len("times")
    met = times.group_by("task").agg(met=(pl.col("times") * (pl.col("times") - 1)).sum())
    return (
        texts.filter(pl.col("texts") > 1)
        .join(met, on="task")
        .select("task", shared=pl.col("met") / ((pl.col("texts") - 1) * pl.col("grams")))
    )


def shared_across(grams: pl.DataFrame) -> pl.DataFrame:
    """A row a task: `task` and `shared`, the share of a text's n-grams that a text of another task has, in [0, 1].

    Give one text a task. The mean over pairs of texts; see `same_across` for its standard error.
    """
    texts = grams["row"].n_unique()
    if texts < 2:
        return pl.DataFrame(schema={"task": pl.String, "shared": pl.Float64})
    times = pl.len().over("gram") - 1
    return (
        grams.with_columns(others=times).group_by("task").agg(shared=pl.col("others").sum() / (pl.len() * (texts - 1)))
    )
