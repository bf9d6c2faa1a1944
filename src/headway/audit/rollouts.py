"""The row that every reader makes of somebody else's log: one try at one task in one training step.

Where `headway.attempts` has the word, the word and its meaning are the same; what is new here is `step`, `split`,
`reward`, `gold` and `entropy`, because a foreign log says what was optimised and not who judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

ROLLOUT_COLUMNS: Mapping[str, pl.DataType] = {
    "step": pl.Int64(),
    "split": pl.String(),
    "task": pl.String(),
    "prompt": pl.String(),
    "text": pl.String(),
    "answer": pl.String(),
    "reward": pl.Float64(),
    "gold": pl.Float64(),
    "confidence": pl.Float64(),
    "logprob": pl.Float64(),
    "entropy": pl.Float64(),
    "tokens": pl.Int64(),
    "finish": pl.String(),
    "domain": pl.String(),
    "level": pl.Int64(),
    "author": pl.String(),
}
"""Every column of a frame of rollouts, in this order.

step        training step, round or checkpoint; ascending in time. Never null.
split       `train` or `eval`. Never null.
task        the group: rollouts of the same task answer the same prompt, in any step. Never null.
prompt      as one text, messages written as `role: content` a line each; null where the log has none
text        all that was written, without the prompt; token ids in decimal, separated by spaces, where the log has
            no text; null where it has neither
answer      the part that is judged, where the log says it; for choices (lm-eval), the choice
reward      what training optimised, finite, any unit; null where nobody judged (never 0 for absent)
gold        whether it is right by a signal other than the reward, in [0, 1]; null where there is none. Where the
            reward itself reads the world (an exact check) both hold the same number.
confidence  stated probability of being right, in [0, 1]
logprob     of the whole text when it was sampled [nats], finite
entropy     mean over the tokens of the text [nats]
tokens      length
finish      `stop` (the model ended), `length` (cut), or the log's own word
domain      data source, environment or benchmark
level       difficulty, in the log's own unit
author      the agent or role that wrote, where there are several
"""
NEVER_NULL = ("step", "split", "task")
WITHIN_UNIT = ("gold", "confidence")
SPLITS = ("train", "eval")
FINITE = ("reward", "gold", "confidence", "logprob", "entropy")


@dataclass(frozen=True)
class Sources:
    """Which column of the log each column of the rollouts came from, in words that a user of that log knows."""

    reader: str
    why: str
    """What in the content made this reader the one."""
    columns: Mapping[str, str] = field(default_factory=dict)


def rollouts(columns: Mapping[str, pl.Series | list | None]) -> pl.DataFrame:
    """A frame with exactly the columns above, absent ones null, and rows without a task or step refused.

    Numbers that are not finite, and shares outside [0, 1], become null: absence is null, never NaN.
    """
    height = max((len(one) for one in columns.values() if one is not None), default=0)
    made = []
    for name, dtype in ROLLOUT_COLUMNS.items():
        given = columns.get(name)
        if given is None:
            made.append(pl.Series(name, [None] * height, dtype=dtype))
        elif isinstance(given, pl.Series):
            made.append(given.alias(name).cast(dtype))
        else:
            made.append(pl.Series(name, given, dtype=dtype, strict=True))
    frame = pl.DataFrame(made).with_columns(pl.col("split").fill_null("train"))
    frame = frame.with_columns(
        *(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in FINITE)
    ).with_columns(*(pl.when(pl.col(name).is_between(0, 1)).then(pl.col(name)).alias(name) for name in WITHIN_UNIT))
    unknown = frame.filter(~pl.col("split").is_in(SPLITS))["split"]
    if len(unknown):
        raise ValueError(f"a reader gave the split {unknown[0]!r}; the splits are {' and '.join(SPLITS)}")
    for name in NEVER_NULL:
        if frame[name].null_count():
            row = int(frame[name].is_null().arg_max() or 0)
            raise ValueError(f"a reader left {name!r} null in row {row}; every rollout needs a {name}")
    return frame
