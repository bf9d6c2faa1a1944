"""What the answers say of a run: rightness by the controls alone, judges beside people, and people beside people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headway.attempts import Attempt
from headway.people.answers import Answer
from headway.people.words import opinions, standing, words
from headway.stats import Estimate, mean_over_tasks, statistic_over_tasks


@dataclass(frozen=True)
class Standing:
    """What the answers about one table of one round say; estimates are over tasks, and None where there is nothing."""

    right: Estimate | None
    """The share of attempts that people hold for right, from the controls."""
    above: Mapping[str, Estimate]
    """Judge to how far its verdict is above people's, from the controls: 0 is a judge that is not fooled."""
    agreement: Estimate | None
    """The share of texts answered by several people on which all agree."""
    alpha: Estimate | None
    """Krippendorff's alpha (nominal) between people: 1 agreement, 0 what chance gives, negative less."""


def standing_of(answers: Sequence[Answer], attempts: Mapping[str, Attempt]) -> Standing:
    """The standing of these answers, which are about one table of one round; `attempts` by the answers' keys."""
    controls = [one for one in standing(answers) if one.kind == "control"]
    people = {(word.task, word.about): word.share for word in words(controls)}
    about = {one.key: (one.task, one.before) for one in controls if one.said != "skip"}
    verdicts = {key: attempts[key].verdicts or {} for key in about}
    judges = sorted({judge for said in verdicts.values() for judge in said})
    gaps = {
        judge: [said[judge] - people[about[key]] for key, said in verdicts.items() if said.get(judge) is not None]  # type: ignore[operator]
        for judge in judges
    }
    found = {judge: mean_over_tasks(gap) for judge, gap in gaps.items()}
    tasks, accepts, rejects = _several(answers)
    return Standing(
        mean_over_tasks([people[key] for key in about.values()]),
        {judge: estimate for judge, estimate in found.items() if estimate is not None},
        statistic_over_tasks(_same, tasks, accepts, rejects) if len(tasks) else None,
        statistic_over_tasks(krippendorff, tasks, accepts, rejects) if len(tasks) else None,
    )


def _several(answers: Sequence[Answer]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Texts of which two or more people have spoken: their tasks, and how many accept and reject each."""
    said = {key: list(by.values()) for key, by in opinions(answers).items() if len(by) > 1}
    accepts = np.array([sum(votes) for votes in said.values()], dtype=np.int64)
    people = np.array([len(votes) for votes in said.values()], dtype=np.int64)
    return np.array([task for task, _ in said]), accepts, people - accepts


def _same(accepts: np.ndarray, rejects: np.ndarray) -> float:
    return float(((accepts == 0) | (rejects == 0)).mean())


def krippendorff(accepts: np.ndarray, rejects: np.ndarray) -> float | None:
    """Krippendorff's alpha for two categories and any number of people a text (Krippendorff 2011, nominal metric).

    `accepts` and `rejects` count people, (texts,), two or more a text. None where everybody said the same of
    everything: there is nothing that chance could have got wrong.
    """
    people = accepts + rejects
    total = int(people.sum())
    expected = 2.0 * accepts.sum() * rejects.sum() / (total - 1)
    if expected == 0.0:
        return None
    observed = float((2.0 * accepts * rejects / (people - 1)).sum())
    return 1.0 - observed / float(expected)
