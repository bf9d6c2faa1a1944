"""A language model made to choose between two words, and tuned by which it chose."""

import numpy as np
import pytest

from headway.cast import Cast
from headway.domains import Sentences
from headway.measure.utility import pairs_of
from headway.policy.hub import Hub, Settings
from headway.sample import Choose
from headway.studies.preferring import judge_of, of_speaker
from headway.studies.values import COUNCIL, Values


def test_odds_are_those_of_the_two_words_as_first_tokens(folder):
    policy = Hub.create(Settings(str(folder), workers=0), seed=0)
    prompts = [[{"role": "user", "content": f"{one} or {other}?"}] for one, other in (("12", "7"), ("a", "bb"))]
    odds = policy.odds(prompts, ("A", "B"))
    ids = [policy.tokens.following(word)[:1] for word in ("A", "B")]
    # The made model has no piece " A", so that the first token with a space before it is the same for both words.
    for prompt, share in zip(prompts, odds, strict=True):
        (logits,) = policy.loaded.run(policy.weights, [_Next(policy.tokens.prompts([prompt])[0])])
        one, other = (np.exp(logits[word[0]]) for word in ids)
        assert share == pytest.approx(one / (one + other), abs=1e-5)


class _Next:
    """Logits of what comes next."""

    def __init__(self, ids):
        self.ids = ids

    def __call__(self, model, tokens):
        import torch

        with torch.inference_mode():
            return model(input_ids=torch.tensor([self.ids])).logits[0, -1].double().numpy()


def test_a_model_with_a_template_chooses_between_sentences(folder):
    policy = Hub.create(Settings(str(folder), workers=0), seed=0)
    made = Choose()(Cast({"solver": policy}), Sentences().asked([(0, 1), (1, 0)]), 0)
    assert len(pairs_of(made)) == 1


@pytest.mark.slow
def test_a_pretrained_judge_is_tuned_on_one_half_and_examined_on_the_other(folder):
    experiment = Values(model=str(folder)).speaking(str(folder))
    run = tuple(experiment.loop.run(experiment.start(0), rounds=1))
    asked, examined = (set(table["task"]) for table in (run[1].attempts, run[1].exam))
    names = [{name for task in tasks for name in task.split(":")[1].split("|")} for tasks in (asked, examined)]
    assert not names[0] & names[1]
    before, after = (judge_of([run], Sentences(half="second"), at) for at in (0, None))
    assert len(of_speaker(before, after, COUNCIL)) == 4
