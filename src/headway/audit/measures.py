"""What a timeline holds: every measure's name, meaning, columns and direction."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["falls", "rises"]


@dataclass(frozen=True)
class Measure:
    """What a measure means, and the columns that it needs.

    `margin` is the smallest change that counts, in the measure's own unit; with `relative` at least that
    share of where it began.
    """

    meaning: str
    needs: tuple[str, ...]
    margin: float = 0.05
    relative: float = 0.0
    pairs_of_tasks: bool = False
    """A mean over pairs of tasks: its standard error is twice that of independent values."""


TEXT, ANSWER, RIGHT, REWARD = ("text",), ("text", "answer"), ("gold",), ("reward",)

MEASURES: dict[str, Measure] = {
    "accuracy": Measure("share of attempts that are right", RIGHT, 0.02, 0.1),
    "pass@k": Measure("chance that k attempts hold a right one", RIGHT, 0.03, 0.1),
    "distinct_right@k": Measure("different right answers among k attempts", (*RIGHT, *ANSWER), 0.03, 0.15),
    "same_right": Measure("chance that two right attempts give the same answer", (*RIGHT, *ANSWER), 0.1),
    "distinct@k": Measure("different answers among k attempts", ANSWER, 0.0, 0.2),
    "approved": Measure("share of attempts with at least half the reward", REWARD, 0.05),
    "distinct_approved@k": Measure("different rewarded answers among k attempts", (*REWARD, *ANSWER), 0.03, 0.15),
    "same_approved": Measure("chance that two rewarded attempts give the same answer", (*REWARD, *ANSWER), 0.1),
    "same_answer": Measure("chance that two attempts at a prompt give the same answer", ANSWER, 0.1),
    "same_text": Measure("chance that two attempts at a prompt are the same text", TEXT, 0.1),
    "same_form": Measure(
        "chance that attempts at two prompts begin alike, numbers aside", TEXT, 0.1, pairs_of_tasks=True
    ),
    "overlap": Measure("share of word trigrams that another attempt at the prompt has too", TEXT, 0.1),
    "overlap_across": Measure(
        "share of word trigrams that an attempt at another prompt has", TEXT, 0.05, pairs_of_tasks=True
    ),
    "tokens": Measure("tokens of an attempt", ("tokens",), 0.0, 0.3),
    "cut": Measure("share of attempts that the length limit ended", ("finish",), 0.1),
    "valid": Measure("share of attempts with a readable answer", ANSWER, 0.05),
    "reward": Measure("mean reward", REWARD, 0.0, 0.0),
    "spread": Measure("standard deviation of the reward over all attempts", REWARD),
    "within": Measure("share of the reward's variance that is between attempts at one prompt", REWARD, 0.1),
    "mixed": Measure("share of groups whose rewards differ", REWARD, 0.1),
    "all_right": Measure("share of groups in which every attempt is right", RIGHT, 0.1),
    "all_wrong": Measure("share of groups in which every attempt is wrong", RIGHT, 0.1),
    "gap": Measure("mean reward minus share right", (*REWARD, *RIGHT), 0.05),
    "auc": Measure(
        "chance that the reward ranks a right attempt above a wrong one at its prompt", (*REWARD, *RIGHT), 0.05
    ),
    "confidence": Measure("mean stated confidence", ("confidence",), 0.05),
    "overclaim": Measure("mean stated confidence minus share right", ("confidence", *RIGHT), 0.05),
    "brier": Measure("mean squared difference of confidence and being right", ("confidence", *RIGHT), 0.02),
    "confidence_auc": Measure(
        "chance that confidence ranks a right attempt above a wrong one at its prompt", ("confidence", *RIGHT), 0.05
    ),
    "self_agreement": Measure("chance that two attempts agree, minus share right", (*ANSWER, *RIGHT), 0.1),
    "probability": Measure("geometric mean of token probabilities", ("logprob", "tokens"), 0.05),
    "level": Measure("mean level of the prompts", ("level",), 0.0, 0.1),
    "prompt_length": Measure("characters of a prompt", ("prompt",), 0.0, 0.1),
    "entropy": Measure("mean entropy of a token", ("entropy",), 0.0, 0.25),
    "identical_groups": Measure("share of groups whose attempts are one and the same long text", TEXT, 0.1),
    "expected_same_text": Measure("chance of the same text twice that the log-probabilities allow", ("logprob",), 0.1),
}


def measure_of(name: str) -> Measure:
    """The entry of `pass@8` is that of `pass@k`; KeyError for a name that no measure has."""
    return MEASURES[family(name)]


def family(name: str) -> str:
    """`pass@8` -> `pass@k`; names without a number are their own family."""
    head, at, _ = name.partition("@")
    return f"{head}@k" if at else name


def attempts_of(name: str) -> int | None:
    """The k of `pass@8`; None for a measure that needs none."""
    _, at, k = name.partition("@")
    return int(k) if at else None
