"""The rules, as a table: which change, confirmed by which other one, is called what.

Every rule needs a first sign and a second one that fails differently: a fall in accuracy may be harder
prompts, a rise in sameness may be convergence on the one right answer, a rise of the reward may be
progress, and none of these explains the other. `unless` names what would explain both.
"""

from dataclasses import dataclass

from headway.audit.measures import Direction


@dataclass(frozen=True)
class Sign:
    """A measure that moves in one direction; `pass@k` stands for the largest k that the steps have."""

    measure: str
    direction: Direction


@dataclass(frozen=True)
class Rule:
    """`name` is found where `first` is shown and any of `second` is, unless one of `unless` is shown too.

    With `without_gold` the rule is for logs that do not say what is right.
    """

    name: str
    first: Sign
    second: tuple[Sign, ...]
    unless: tuple[Sign, ...] = ()
    without_gold: bool = False


def falls(*measures: str) -> tuple[Sign, ...]:
    return tuple(Sign(measure, "falls") for measure in measures)


def rises(*measures: str) -> tuple[Sign, ...]:
    return tuple(Sign(measure, "rises") for measure in measures)


SAME = rises("same_answer", "same_text", "same_form", "overlap", "overlap_across")
"""Attempts become alike: at a prompt, or whatever the prompt is."""
HARDER = rises("level", "prompt_length")
"""Signs that the prompts are no longer the same kind."""

RULES: tuple[Rule, ...] = (
    Rule("collapsed", Sign("accuracy", "falls"), second=(*SAME, *falls("valid", "auc"), *rises("gap", "overclaim"))),
    Rule("collapsed", Sign("accuracy", "falls"), second=falls("pass@k"), unless=HARDER),
    Rule(
        "hacked",
        Sign("reward", "rises"),
        second=(*falls("accuracy", "pass@k", "auc"), *rises("gap")),
        unless=rises("accuracy"),
    ),
    Rule("overconfident", Sign("overclaim", "rises"), second=(*rises("brier"), *falls("confidence_auc", "accuracy"))),
    Rule("overconfident", Sign("self_agreement", "rises"), second=falls("accuracy", "pass@k")),
    Rule("overconfident", Sign("probability", "rises"), second=falls("accuracy"), unless=HARDER),
    Rule("narrowing", Sign("distinct_right@k", "falls"), second=(*falls("pass@k"), *rises("same_right"), *SAME[2:])),
    Rule("narrowing", Sign("distinct_approved@k", "falls"), second=(*rises("same_approved"), *SAME), without_gold=True),
    Rule("narrowing", Sign("distinct@k", "falls"), second=rises("same_form", "overlap_across"), without_gold=True),
)
"""Order is severity: the first that is found gives the verdict its name."""
HARMS = (
    *falls("accuracy", "pass@k", "distinct_right@k", "auc", "confidence_auc"),
    *rises("gap", "overclaim", "brier", "self_agreement"),
)
"""What no healthy run shows: of the two signs that a rule needs one is of these, and is shown beyond doubt."""
HARMS_WITHOUT_GOLD = (*falls("distinct_approved@k"), *rises("same_form", "overlap_across"))
ALPHA = 0.05
"""The chance that a run in which nothing falls is accused of anything, however often it is looked at."""
ALPHA_EACH = ALPHA / (len(HARMS) + 1)
"""Every harm's share; one more for the rule on groups without a signal."""
ALPHA_WITHOUT_GOLD = ALPHA / (len(HARMS_WITHOUT_GOLD) + 1)
CONFIRMING = 0.05
"""The error at which a second sign confirms. Since a harm is shown beyond doubt before, this decides how often a single
fall is named, not how often a healthy run is accused.
"""

MIXED_LEAST = 0.15
"""Groups whose rewards differ: below this share little is learned from comparing attempts at a prompt."""
WITHIN_LEAST = 0.15
"""Share of the reward's variance within prompts below which comparing attempts at a prompt shows little."""
TOLERATED = 3.0
"""A change of so many margins must not go unseen where a run is called healthy."""
WATCHED = (("accuracy",), ("pass@k", "distinct_right@k"), ("same_answer", "overlap", "same_form"))
"""Of each of these groups one measure must have power before a run is called healthy."""
