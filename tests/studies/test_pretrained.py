"""The study of a pretrained model: arms that differ in selection and gate alone, and a page from real runs."""

import json
from dataclasses import replace

import pytest

from headway.cli.asking import pretrained
from headway.models import MODELS, folder_of
from headway.report import write
from headway.studies.pretrained import ABOUT, Elicitation
from headway.studies.trials import carry_out


def test_every_arm_gets_the_same_budget_and_only_self_is_asked():
    study = Elicitation()
    arms = study.arms
    assert tuple(arms) == tuple(ABOUT)
    budgets = {
        (arm.start, arm.loop.propose, arm.loop.sample, arm.loop.train, replace(arm.loop.measure, opinion=None))
        for arm in arms.values()
    }
    assert len(budgets) == 1
    assert {name for name, arm in arms.items() if arm.loop.circular} == {"self", "vote"}
    assert all(arm.loop.select.of == "tool" for name, arm in arms.items() if name in ("tool", "guarded"))
    exams = {tuple(arm.loop.measure.questions()["task"]) for arm in (study.controls | arms).values()}
    assert len(exams) == 1
    for one in (study.controls | arms).values():
        asked, judge = one.loop.measure.domain, one.loop.judges[0]
        assert asked == judge.domain == one.loop.measure.sample.domain == one.loop.propose.domain


def test_the_command_lines_words_for_it():
    assert pretrained({"rounds": "1", "model": "a/folder"}, None, 2) == Elicitation(2, 1, model="a/folder")
    with pytest.raises(ValueError, match="has no field 'colour'; it has --seeds, --model, --rounds"):
        pretrained({"colour": "red"}, None, 1)


@pytest.mark.pretrained
@pytest.mark.slow
def test_one_small_round_of_every_arm(tmp_path):
    """Really sampled, judged, trained, examined and gated, on the model itself; the page says what happened."""
    if not folder_of(MODELS["smollm2-135m"]).is_dir():
        pytest.skip("the model is not in the cache; `headway models fetch smollm2-135m` brings it")
    study = Elicitation(seeds=1, rounds=1, tasks=8, examined=8, updates=1)
    for _ in carry_out(study.trials, tmp_path, workers=1):
        pass
    page = study.page(tmp_path)
    assert {arm.name for arm in page.sections[0].arms} == set(ABOUT)
    assert "1 seed" in page.verdict
    write(page, tmp_path / "page.html")
    config = json.loads(next(tmp_path.glob("addition/tool/seed-0/checkpoints/0000/solver/config.json")).read_text())
    assert config["policy"] == "hub"
