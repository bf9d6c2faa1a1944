import pytest
from walls_here import best

from headway.attempts import Attempts
from headway.cast import Cast
from headway.domains.programs import SHORTCUTS, Programs
from headway.experiment import read, text
from headway.loop import judge
from headway.stages import Round
from headway.studies.grading import Grading, counted, hack_shares, hacks
from headway.verify import ExitCode, Impossible, Program

STUDY = Grading(seeds=2)


@pytest.mark.parametrize("arm", ["base", "exit", "program", "alarm"])
def test_an_arm_is_its_text(arm):
    experiment = STUDY.experiment(arm, 1)
    assert read(text(experiment)) == experiment
    assert not experiment.loop.circular


def test_arms_differ_in_what_is_learned_only():
    by_code, by_value, alarmed = (STUDY.experiment(arm, 0) for arm in ("exit", "program", "alarm"))
    assert by_code.start == by_value.start == alarmed.start
    assert (by_code.loop.select.of, by_value.loop.select.of, alarmed.loop.select.of) == ("exit", "program", "exit")
    assert by_code.loop.judges == by_value.loop.judges
    assert by_code.loop.judges[:2] == alarmed.loop.judges[:2]


def test_shortcuts_are_in_the_data_as_often_as_it_says_and_the_judge_sees_them_all():
    domain = Programs(shortcuts=0.2)
    gold = domain.graded(150, 0)
    called_right = gold.filter(gold.verdict("world") == 1.0)
    shown = called_right.filter(called_right["text"].is_in(SHORTCUTS))
    assert 0.1 < len(shown) / len(called_right) < 0.3
    assert not Programs().graded(150, 0)["text"].is_in(SHORTCUTS).any()


def test_hacks_are_what_leaves_with_0_and_is_wrong():
    best()
    domain = Programs()
    task = domain.tasks(1, 0).frame.row(0, named=True)
    texts = (*SHORTCUTS, task["truth"], "undefined")
    rows = [{**task, "id": str(n), "author": "solver", "text": one, "answer": one} for n, one in enumerate(texts)]
    by_code = ExitCode(domain)
    judges = (Program(domain), by_code, Impossible(by_code, share=1.0, stop=False))
    judged = judge(judges, Cast({}), Attempts.of(rows))
    assert hacks(judged) == pytest.approx(4 / 6)
    turn = Round(0, exam=judged)
    assert hack_shares((turn,)) == [hacks(judged)]
    assert counted([turn]) == (4, 6)
