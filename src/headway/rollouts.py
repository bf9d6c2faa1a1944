"""The columns of a rollout: one try at one task in one training step, in a log of any stack.

Where `headway.attempts` has the word, the word and its meaning are the same; what is new here is `step`, `split`,
`reward`, `gold` and `entropy`, because a foreign log says what was optimised and not who judged.
"""

from collections.abc import Mapping

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
    "conversation": pl.String(),
    "turn": pl.Int64(),
    "context": pl.Int64(),
    "errors": pl.Int64(),
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
conversation    what this rollout is a turn of, where a rollout is one turn of several
turn        which one, 1 the first
context     earlier turns that its prompt shows
errors      how many of these were wrong: prompts that carry a model's own errors are marked
"""
