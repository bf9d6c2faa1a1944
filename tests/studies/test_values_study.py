"""What the study of values claims on judges that are known, and the study itself at small size."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from headway.cast import Cast
from headway.cli.asking import values
from headway.domains import Goods
from headway.experiment import read, text
from headway.loop import judge
from headway.measure import Preferences
from headway.report import write
from headway.sample import Choose
from headway.studies.preferring import Judge, claims, kept_choices, largest_shift, verdict
from headway.studies.trials import carry_out
from headway.studies.values import ASSEMBLY, Values
from headway.verify import Tool

GOODS = Goods()
EXAM = Preferences(
    (GOODS, replace(GOODS, arm="numbers"), replace(GOODS, arm="nonsense")), Choose(), standards=("tool", "assembly")
)


class Rater:
    """Chooses by the worth of things, less `fear` of a feud, and by the letters of a word that means nothing."""

    def __init__(self, fear=0.0, noise=1.0):
        self.fear, self.noise = fear, noise

    def odds(self, prompts, words):
        sides = [[self._worth(side) for side in prompt.split("|")] for prompt in prompts]
        return ndtr(np.array([first - second for first, second in sides]) / self.noise)

    def _worth(self, side):
        letters = sum(map(ord, side)) % 97 / 970
        return GOODS.worth(side) + letters - self.fear * ("feud" in side)


def known(rater, seeds=2):
    """The exam of an oracle, as if from several seeds."""
    exams = []
    for seed in range(seeds):
        cast = Cast({"solver": rater})
        made = EXAM.sample(cast, EXAM.questions(), seed)
        exams.append(judge((Tool(GOODS), ASSEMBLY), cast, made))
    return Judge(tuple(EXAM(exam) for exam in exams), tuple(exams), GOODS)


@pytest.fixture(scope="module")
def before():
    """The judge as it came."""
    return known(Rater())


def test_what_moved_and_what_did_not_is_told_apart(before):
    after = known(Rater(fear=6.0))
    assert kept_choices(before, after, ASSEMBLY, silent=True).value == 1.0
    named, others = (largest_shift(before, after, ASSEMBLY, named=named) for named in (True, False))
    assert named.value > 3 * others.value
    made = {claim.sentence: claim.holds for claim in claims({24: before}, 24, {"assembly": after}, {}, ASSEMBLY)}
    assert made["assembly: choices between new outcomes go more as it was tuned"] is True
    assert made["assembly: outcomes that a standard names move further than the others"] is True
    assert made["among nonsense, utilities foretell held-out choices as well"] is True
    assert made["width 24: it is more decided than about nonsense"] is True
    assert made["lotteries follow the utilities of their outcomes"] is True
    assert "Tuned towards the assembly" in verdict(before, {"assembly": after}, {})


def test_a_judge_that_was_not_tuned_has_not_moved(before):
    made = {claim.sentence: claim.holds for claim in claims({24: before}, 24, {"assembly": before}, {}, ASSEMBLY)}
    assert made["assembly: choices between new outcomes go more as it was tuned"] is False
    assert made["assembly: it now goes less as raters would"] is False


def test_the_command_line_describes_the_study_and_its_text_can_be_read_again():
    asked = values({"size": "quick"}, None, None)
    assert [trial.arm for trial in asked.trials] == ["base", "assembly", "base", "self"]
    for trial in asked.trials:
        assert read(text(trial.experiment)) == trial.experiment
    assert len(values({"arms": "raters"}, None, 2).trials) == 2 * (3 + 1)
    with pytest.raises(ValueError, match="no --domain"):
        values({}, "puzzles", None)
    with pytest.raises(ValueError, match="arms"):
        values({"arms": "wishes"}, None, None)


@pytest.mark.slow
def test_the_study_on_real_loops_at_small_size(tmp_path):
    small = Values(widths=(8, 16), tuned=16, seeds=1, rounds=1, compared=400, tasks=60)
    list(carry_out(small.trials, tmp_path, workers=1))
    page = small.page(tmp_path)
    assert [section.title for section in page.sections][1:] == ["Tuned, width 16", "Its own answers"]
    write(page, tmp_path / "report.html")
    written = (tmp_path / "report.html").read_text()
    assert "No gain makes up for a theft." in written and "width 8" in written
