"""One step's rollouts to rows of numbers: measure, value, interval, and how many prompts are behind it.

Everything is first one number a prompt. What depends on how often a prompt was tried is either
unbiased at any number (shares of pairs) or given at fixed numbers of attempts (`pass@8`), so that steps of
different sizes can be compared.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from headway.audit.kinds import by_kind, kinds_of
from headway.audit.measures import measure_of
from headway.measure.brier import squared_error
from headway.measure.calibration import separation
from headway.measure.overlap import shared_across, shared_within, trigrams
from headway.measure.quality import pass_at_k
from headway.measure.sameness import distinct_at_k, same_across, same_pairs

KS = (2, 4, 8, 16, 32)
ENOUGH = 0.9
"""A number of attempts is used where at least this share of the prompts has as many."""
TEXTS_A_TASK = 4
TASKS_READ = 256
"""Prompts whose words are compared at a step, the same number at every step that has as many."""
LONG = 40
"""Characters from which the same text twice is a coincidence that needs an explanation."""
FORM = 48

SCHEMA = {
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "group": pl.String,
}


def measured(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows `measure`, `value`, `low`, `high`, `n`, `group` of one step of one split.

    `frame` has the columns of a rollout; intervals are 95 % t intervals over `n` prompts. What cannot be measured has
    no row: a column that is null throughout, or groups too small. `group` is null in the rows of all prompts
    together; prompts of one kind have rows of their own.
    """
    from scipy.special import stdtrit

    kinds = kinds_of(frame)
    rows, apart = [], []
    for name, values in by_task(frame):
        held = np.sort(values["value"].drop_nulls().to_numpy())  # sums depend on the order in the last bit
        if held.size < 2:
            continue
        spread = held.std(ddof=1) / np.sqrt(held.size) * (2.0 if measure_of(name).pairs_of_tasks else 1.0)
        half = stdtrit(held.size - 1, 0.975) * spread
        mean = held.mean()
        rows.append((name, float(mean), float(mean - half), float(mean + half), held.size, None))
        if kinds is not None and (of_kind := by_kind(name, values, kinds)) is not None:
            apart.append(of_kind)
    return pl.concat([pl.DataFrame(rows, schema=SCHEMA, orient="row"), *apart])


def by_task(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each measure's name and its values: `task` and `value`, a row a prompt, null where that prompt says nothing."""
    prepared = _prepared(frame)
    for part in (_means, _answers, _texts, _rankings):
        for name, values in part(prepared):
            yield name, values.select("task", value=pl.nth(1))


def _prepared(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that are measured; an answer is the text where no attempt of the step has an answer of its own."""
    answered = frame["answer"].null_count() < frame.height
    unit = pl.col("reward").clip(0.0, 1.0) if _on_the_unit(frame["reward"]) else pl.lit(None, dtype=pl.Float64)
    length = pl.col("tokens") if frame["tokens"].null_count() < frame.height else pl.lit(None, dtype=pl.Int64)
    return frame.select(
        "task",
        "text",
        "reward",
        "gold",
        "confidence",
        "logprob",
        "entropy",
        level=pl.col("level").cast(pl.Float64),
        prompt_length=pl.col("prompt").str.len_chars().cast(pl.Float64),
        said=pl.col("answer") if answered else pl.col("text"),
        valid=pl.col("answer").is_not_null().cast(pl.Float64) if answered else pl.lit(None, dtype=pl.Float64),
        unit=unit,
        right=pl.col("gold") >= 0.5,
        tokens=length.cast(pl.Float64),
        cut=(pl.col("finish") == "length").cast(pl.Float64),
    )


def _on_the_unit(reward: pl.Series) -> bool:
    """Whether rewards lie in [-1, 1], so that 1 is full approval and 0 or less is none."""
    low, high = reward.min(), reward.max()
    return low is not None and low >= -1.0 and high <= 1.0  # type: ignore[operator]


def _means(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """What is a mean over a prompt's attempts."""
    variance = frame["reward"].var()
    differing = pl.col("reward").max() - pl.col("reward").min() > 1e-9
    several = pl.col("reward").is_not_null().sum() > 1
    judged = pl.col("gold").is_not_null().sum() > 1
    identical = (pl.col("text").n_unique() == 1) & (pl.col("text").str.len_chars().min() >= LONG)
    grouped = frame.group_by("task").agg(
        accuracy=pl.col("gold").mean(),
        reward=pl.col("reward").mean(),
        approved=(pl.col("unit") >= 0.5).cast(pl.Float64).mean(),
        gap=(pl.col("unit") - pl.col("gold")).mean(),
        confidence=pl.col("confidence").mean(),
        overclaim=(pl.col("confidence") - pl.col("gold")).mean(),
        brier=squared_error(pl.col("confidence"), pl.col("gold")).mean(),
        tokens=pl.col("tokens").mean(),
        cut=pl.col("cut").mean(),
        valid=pl.col("valid").mean(),
        entropy=pl.col("entropy").mean(),
        level=pl.col("level").mean(),
        prompt_length=pl.col("prompt_length").mean(),
        probability=(pl.col("logprob") / pl.col("tokens").clip(1.0)).exp().mean(),
        expected_same_text=pl.col("logprob").exp().mean(),
        mixed=pl.when(several).then(differing.cast(pl.Float64)),
        within=pl.when(several).then(pl.col("reward").var() / variance if variance else pl.lit(0.0)),
        all_right=pl.when(judged).then(pl.col("right").all().cast(pl.Float64)),
        all_wrong=pl.when(judged).then((~pl.col("right")).all().cast(pl.Float64)),
        identical_groups=pl.when(pl.len() > 1).then(identical.cast(pl.Float64)),
    )
    for name in grouped.columns[1:]:
        yield name, grouped.select("task", name)
    if variance is not None:
        spread = float(variance) ** 0.5  # type: ignore[arg-type]
        yield "spread", grouped.select("task", spread=pl.lit(spread))


def _answers(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Which answers there are, how many of them, and how often two attempts give the same."""
    ks = usable(frame)
    said = frame.select("task", "said")
    same = same_pairs(said)
    yield "same_answer", same
    yield from _counted("distinct", said, ks)
    right = frame.filter(pl.col("gold").is_not_null())
    if right.height:
        yield from _counted("distinct_right", _only(right, pl.col("right")), usable(right))
        yield "same_right", same_pairs(right.filter("right").select("task", "said"))
        yield from _passes(right)
        accuracy = right.group_by("task").agg(accuracy=pl.col("gold").mean())
        both = same.join(accuracy, on="task")
        yield "self_agreement", both.select("task", agreement=pl.col("same") - pl.col("accuracy"))
    approved = frame.filter(pl.col("unit").is_not_null())
    if approved.height:
        yes = pl.col("unit") >= 0.5
        yield from _counted("distinct_approved", _only(approved, yes), usable(approved))
        yield "same_approved", same_pairs(approved.filter(yes).select("task", "said"))


def usable(frame: pl.DataFrame) -> list[int]:
    """The numbers of attempts that nearly every prompt has."""
    sizes = frame.group_by("task").len()["len"]
    return [k for k in KS if (sizes >= k).mean() >= ENOUGH]  # type: ignore[operator]


def _only(frame: pl.DataFrame, good: pl.Expr) -> pl.DataFrame:
    """What was said, null where it is not good: an attempt still, that adds no answer."""
    return frame.select("task", said=pl.when(good).then("said"))


def _counted(name: str, said: pl.DataFrame, ks: list[int]) -> Iterator[tuple[str, pl.DataFrame]]:
    counts = distinct_at_k(said, ks)
    for k in ks:
        yield f"{name}@{k}", counts.select("task", f"@{k}")


def _passes(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    counts = frame.group_by("task").agg(right=pl.col("right").sum(), n=pl.len())
    for k in usable(frame):
        enough = counts.filter(pl.col("n") >= k)
        passed = pass_at_k(enough["right"].to_numpy(), enough["n"].to_numpy(), k)
        yield f"pass@{k}", pl.DataFrame({"task": enough["task"], "passed": passed})


def _texts(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """How alike texts are, at one prompt and across prompts."""
    written = frame.filter(pl.col("text").is_not_null()).select("task", "text")
    if not written.height:
        return
    yield "same_text", same_pairs(written.rename({"text": "said"}))
    form = pl.col("text").str.slice(0, FORM).str.replace_all(r"[0-9]+", "0")
    yield "same_form", same_across(written.select("task", said=form))
    grams = trigrams(read_texts(written))
    yield "overlap", shared_within(grams)
    first = grams.filter(pl.col("row") == pl.col("row").min().over("task"))
    yield "overlap_across", shared_across(first)


def read_texts(written: pl.DataFrame) -> pl.DataFrame:
    """The first texts of as many prompts as are compared word by word, chosen by the hash of the prompt's name."""
    tasks = written["task"].unique()
    if len(tasks) > TASKS_READ:
        chosen = tasks.to_frame().sort(pl.col("task").hash(), "task")["task"][:TASKS_READ]
        written = written.filter(pl.col("task").is_in(chosen.implode()))
    within = pl.int_range(pl.len()).over("task")
    return written.filter(within < TEXTS_A_TASK).with_row_index("row")


def _rankings(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Whether reward and confidence put right attempts above wrong ones at the same prompt."""
    judged = frame.filter(pl.col("gold").is_not_null())
    if not judged.height:
        return
    truth = pl.col("right").cast(pl.Float64)
    for name, opinion in (("auc", "reward"), ("confidence_auc", "confidence")):
        yield name, separation(judged.select("task", opinion=opinion, truth=truth))
