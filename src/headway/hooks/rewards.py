"""Rewards for other people's trainers: paid for knowing what one knows, and for being right in more than one way.

TRL, with `is_right` a reward function of your own that returns 1.0, 0.0 or None:

    trainer = GRPOTrainer(reward_funcs=Calibrated(is_right), ...)         # states <confidence>.7</confidence>
    trainer = GRPOTrainer(reward_funcs=Different(is_right), ...)

verl, in the file that `reward.custom_reward_function.path` names:

    compute_score = calibrated(my_compute_score)                          # one rollout at a time
    compute_score = different(my_compute_score)                           # with reward.reward_manager.name=batch

Leave standard deviations out of advantages (`scale_rewards="none"`): they bend what a scoring rule pays.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from headway.hooks.recording import plain, written
from headway.hooks.verl import number
from headway.select.rewards import Brier, Correct, Score
from headway.select.rewards.safety import safety

TAG = re.compile(r"<confidence>(.*?)</confidence>", re.DOTALL)
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*")
Rewards = list[float | None]


def stated(text: str) -> float | None:
    """The last confidence in tags that a text states, in [0, 1]: `.7` or `70%`; None where none can be read."""
    found = TAG.findall(text)
    match = NUMBER.fullmatch(found[-1]) if found else None
    if match is None:
        return None
    value = float(match[1]) / (100.0 if match[2] else 1.0)
    return value if value <= 1.0 else None


def paid(right: float | None, confidence: float | None, rule: Score, correct: float) -> float | None:
    """Correctness and the rule's score together; who states nothing is scored like who is sure of the opposite."""
    if right is None:
        return None
    came = float(right > 0.5)
    said = 1.0 - came if confidence is None else confidence
    return correct * came + rule.weight * float(rule.score(np.array([said]), np.array([came]))[0])


def refuse_unsafe(rule: Score, correct: float) -> None:
    """ValueError for weights that pay for being wrong on purpose."""
    found = safety([Correct(weight=correct), rule])
    if not found.safe:
        raise ValueError(
            f"these weights pay for being wrong: an answer that is right with a chance below "
            f"{found.paid_to_be_wrong_below:.3f} is worth less than a wrong one of confidence 0; "
            f"give correct={found.span:g} or more, or less weight to the rule"
        )


class Calibrated:
    """A reward function of TRL: `correct` for being right, and a scoring rule of the stated confidence.

    With Brier's rule this is RLCR (arXiv:2507.16806). `right` is a reward function that says what is right;
    `confidence` reads a completion's text.
    """

    def __init__(
        self,
        right: Callable[..., Sequence[float | None]],
        *,
        rule: Score | None = None,
        correct: float = 1.0,
        confidence: Callable[[str], float | None] = stated,
    ) -> None:
        self.right, self.rule, self.correct, self.confidence = right, rule or Brier(), correct, confidence
        refuse_unsafe(self.rule, correct)
        self.__name__ = f"calibrated_{type(self.rule).__name__.lower()}"  # TRL logs the reward under this name

    def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> Rewards:
        """One number a completion; None where nobody knows what is right."""
        golds = self.right(prompts=prompts, completions=completions, **columns)
        said = [self.confidence(written(completion)) for completion in completions]
        return [paid(gold, one, self.rule, self.correct) for gold, one in zip(golds, said, strict=True)]


class Different:
    """A reward function of TRL: being right, times the share of the prompt's other completions that answer otherwise.

    At least `floor` of it (DARLING, arXiv:2509.02534, with equal answers for its learned classes). `answer` reads what
    is compared out of a completion's text; None for all of it.
    """

    def __init__(
        self,
        right: Callable[..., Sequence[float | None]],
        *,
        answer: Callable[[str], str | None] | None = None,
        floor: float = 0.1,
    ) -> None:
        self.right, self.answer, self.floor = right, answer, floor
        self.__name__ = "different"

    def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> Rewards:
        """One number a completion; None where nobody knows what is right."""
        golds = self.right(prompts=prompts, completions=completions, **columns)
        texts = [written(completion) for completion in completions]
        answers = texts if self.answer is None else [self.answer(text) for text in texts]
        shares = distinctness([plain(prompt) for prompt in prompts], answers, self.floor)
        return [None if gold is None else gold * share for gold, share in zip(golds, shares, strict=True)]


def distinctness(groups: Sequence[str], answers: Sequence[str | None], floor: float) -> list[float]:
    """For each answer the share of its group's others that are not equal to it, at least `floor`."""
    siblings: dict[str, list[str | None]] = {}
    for group, answer in zip(groups, answers, strict=True):
        siblings.setdefault(group, []).append(answer)
    found = []
    for group, answer in zip(groups, answers, strict=True):
        all_of = siblings[group]
        share = 1.0 if len(all_of) == 1 else (len(all_of) - all_of.count(answer)) / (len(all_of) - 1)
        found.append(max(floor, share))
    return found


def calibrated(
    right: Callable[..., Any], *, rule: Score | None = None, correct: float = 1.0
) -> Callable[..., dict[str, Any]]:
    """A `compute_score` of verl from one that says what is right: as `Calibrated`, one rollout at a time."""
    chosen = rule or Brier()
    refuse_unsafe(chosen, correct)

    def compute_score(
        data_source: str, solution_str: str, ground_truth: Any, extra_info: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        gold = number(right(data_source, solution_str, ground_truth, extra_info, **more))
        if gold is None:
            raise ValueError(
                f"{data_source}: the check has no verdict on {solution_str[:80]!r}, and verl needs a score"
            )
        said = stated(solution_str)
        score = paid(gold, said, chosen, correct)
        return {"score": score, "acc": gold, "confidence": -1.0 if said is None else said}

    return compute_score


def different(
    right: Callable[..., Any], *, answer: Callable[[str], str | None] | None = None, floor: float = 0.1
) -> Callable[..., list[dict[str, Any]]]:
    """A `compute_score` of verl's batch reward manager from one of a single rollout: as `Different`.

    Rollouts are of one prompt where `extra_info["index"]` is the same, or else data source and ground truth.
    """

    def compute_score(
        data_sources: Sequence[str],
        solution_strs: Sequence[str],
        ground_truths: Sequence[Any],
        extra_infos: Sequence[Mapping[str, Any] | None],
        **more: Any,
    ) -> list[dict[str, Any]]:
        rows = list(zip(data_sources, solution_strs, ground_truths, extra_infos, strict=True))
        golds = [number(right(*row, **more)) or 0.0 for row in rows]
        groups = [f"{source}:{(info or {}).get('index', truth)}" for source, _, truth, info in rows]
        answers = list(solution_strs) if answer is None else [answer(text) for text in solution_strs]
        shares = distinctness(groups, answers, floor)
        return [{"score": gold * share, "acc": gold} for gold, share in zip(golds, shares, strict=True)]

    return compute_score
