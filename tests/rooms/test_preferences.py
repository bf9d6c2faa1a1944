"""Outcomes, choices between them, and what people wrote down: on judges whose preferences are known."""

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from headway.cast import Cast, Completions
from headway.domains import Goods, Sentences
from headway.domains.outcomes import FRAMINGS, mixtures, read_outcomes
from headway.domains.split import is_held_out
from headway.loop import judge
from headway.measure import Partiality, Preferences
from headway.measure.utility import followed, pairs_of
from headway.sample import Choose, Each, Roles
from headway.select import Advantage
from headway.select.rewards import Correct
from headway.stages import State
from headway.verify import Assembly, Clause, Member, Opinion, Tool

GOODS = Goods(listed=16, lotteries=4)
ASSEMBLY = Assembly(
    (
        Member("one", (Clause("feud"), Clause("theft"))),
        Member("two", (Clause("theft"), Clause("feud"))),
        Member("three", (Clause("dust", "song"),)),
    )
)


class Rater:
    """Chooses by the worth of things, with noise and a leaning to what stands first. An oracle, no model."""

    def __init__(self, noise=1.0, leaning=0.0, reckons=GOODS.worth):
        self.noise, self.leaning, self.reckons = noise, leaning, reckons

    def odds(self, prompts, words):
        sides = [prompt.split("|") for prompt in prompts]
        gaps = [self.reckons(first) - self.reckons(second) + self.leaning for first, second in sides]
        return ndtr(np.array(gaps) / self.noise)

    def sample(self, prompts, seeds, *, temperature, top_p, max_tokens):
        said = self.odds(prompts, GOODS.words) > np.random.default_rng(int(seeds[0]) % 2**32).random(len(prompts))
        texts = [GOODS.words[0] if one else GOODS.words[1] for one in said]
        return Completions(texts, [1] * len(texts), [-0.1] * len(texts), ["stop"] * len(texts))


def asked(rater, pairs, sample=None):
    cast = Cast({"solver": rater})
    return (sample or Choose())(cast, GOODS.asked(pairs), 0)


def test_listed_outcomes_are_held_out_from_raters_and_lotteries_mean_their_outcomes():
    listed = {one.text for one in GOODS.outcomes if not one.mixture}
    compared = {side for task in GOODS.tasks(300, 0)["prompt"] for both in task.split("|") for side in both.split("/")}
    assert all(map(is_held_out, listed)) and not listed & compared
    for number, mixture in mixtures(GOODS.outcomes).items():
        worth = GOODS.worth(GOODS.outcomes[number].text)
        assert worth == pytest.approx(sum(chance * GOODS.worth(GOODS.outcomes[one].text) for one, chance in mixture))
    gold = GOODS.graded(600, 0)
    right = gold.filter(gold.verdict("world") == 1.0)
    agreed = (right["text"] == right["truth"]).mean()
    assert 0.7 < agreed < 0.98  # raters err


def test_both_words_are_attempts_whose_chances_add_up_and_orders_are_pooled():
    made = asked(Rater(), [(0, 1), (1, 0), (2, 3)])
    assert np.exp(made["logprob"].to_numpy()).reshape(-1, 2).sum(1) == pytest.approx(1.0)
    pairs = pairs_of(made)
    assert pairs.members.tolist() == [[0, 1]]  # a pair that was asked in one order is left out
    worth = [GOODS.worth(one.text) for one in GOODS.outcomes]
    assert pairs.share[0] == pytest.approx(ndtr(worth[0] - worth[1]))
    assert pairs.straight[0] == pytest.approx(pairs.swapped[0])


def test_replies_say_the_same_as_odds_in_the_long_run_and_what_chooses_nothing_is_left_out():
    class Mumbles(Rater):
        def sample(self, prompts, seeds, **how):
            written = super().sample(prompts, seeds, **how)
            return replace(written, texts=["hm", *written.texts[1:]])

    pairs = [(0, 1), (1, 0)]
    forced, drawn = (
        pairs_of(asked(rater, pairs, sample))
        for rater, sample in ((Rater(), None), (Mumbles(), Each(GOODS, 4000, max_tokens=1)))
    )
    assert drawn.share == pytest.approx(forced.share, abs=0.03)


def test_an_assembly_is_silent_without_a_majority():
    assert ASSEMBLY.chooses("feud bread", "salt") == -1
    assert ASSEMBLY.chooses("salt", "feud theft") == 1
    assert ASSEMBLY.chooses("feud", "theft") == 0  # one for either, and one who says nothing
    assert ASSEMBLY.chooses("dust", "song") == 0
    made = asked(Rater(), list(permutations(range(len(GOODS.outcomes)), 2)))
    said = ASSEMBLY(Cast({}), made)
    by_task = made.frame.with_columns(said=said).group_by("task").agg(pl.col("said").sum())
    assert set(by_task["said"].to_list()) == {0.0, 1.0}  # silent, or for one of the two
    judged = made.judged("assembly", said).judged("tool", Tool(GOODS)(Cast({}), made))
    assert followed(judged, "tool").value == 1.0


def test_the_exam_finds_utilities_where_there_are_some_and_its_floor():
    exam = Preferences((GOODS, replace(GOODS, arm="numbers"), replace(GOODS, arm="nonsense")), Choose())

    def sat(rater):
        made = exam.sample(Cast({"solver": rater}), exam.questions(), 0)
        return exam(made.judged("tool", Tool(GOODS)(Cast({}), made))).estimates

    found = sat(Rater(noise=0.7))
    assert found["accuracy"].value > 0.9 and found["follows tool"].value > 0.95
    assert "goods-nonsense/accuracy" not in found  # all choices are ties: worth nothing
    assert found["goods-nonsense/confidence"].value == pytest.approx(0.5)
    assert found["confidence above floor"].low > 0.2
    assert found["goods/lottery gain"].low > 0.0
    counts = sat(Rater(reckons=lambda text: sum(int(one) for one in text if one.isdigit()) / 3))
    assert counts["goods-numbers/accuracy"].value > 0.9  # who only counts looks coherent, and the floor says so
    assert counts["accuracy above floor"].value < counts["accuracy"].value - 0.5
    first = sat(Rater(leaning=3.0))
    assert first["goods/place"].low > 0.2 and first["goods/swayed"].value > 0.5


def test_sentences_are_put_in_several_ways_and_a_users_file_is_read_or_refused(tmp_path):
    real = Sentences()
    assert sum(any(letter.isdigit() for letter in one.text) for one in real.outcomes) == 0
    assert len(mixtures(real.outcomes)) == 10
    for name in FRAMINGS:
        (task,) = Sentences(framing=name).asked([(0, 1)]).frame.iter_rows(named=True)
        shown = task["prompt"] if isinstance(task["prompt"], str) else task["prompt"][0]["content"]
        assert real.outcomes[0].text in shown and real.outcomes[1].text in shown
    assert real.read(" A.") == "A" and real.read("Both A and B") is None
    numbers, nonsense = (Sentences(arm=arm).outcomes for arm in ("numbers", "nonsense"))
    assert all(any(letter.isdigit() for letter in one.text) for one in numbers)
    assert not any(letter.isdigit() for one in nonsense for letter in one.text)
    assert [len(mixtures(outcomes)) for outcomes in (numbers, nonsense)] == [5, 5]

    def file(*rows):
        path = tmp_path / "outcomes.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows))
        return path

    plain = [{"name": f"n{index}", "text": f"Thing {'abcdefgh'[index]} happens."} for index in range(6)]
    lottery = {"name": "l", "text": "Either.", "mixture": {"n0": 0.5, "n1": 0.5}}
    assert read_outcomes(file(*plain, lottery))[-1].mixture == (("n0", 0.5), ("n1", 0.5))
    for rows, sentence in (
        (plain[:3], "has 3 outcomes"),
        ([*plain, plain[0]], "two outcomes named 'n0'"),
        ([{"text": f"{index} lives"} for index in range(8)], "orders numbers"),
        ([*plain, {"text": "x", "mixture": {"n0": 0.7}}], "line 7 has a `mixture`"),
        ([*plain, {"text": "x", "mixture": {"who": 1.0}}], "over 'who'"),
        ([*plain, {"says": "x"}], "line 7 has no `text`"),
    ):
        with pytest.raises(ValueError, match=sentence):
            read_outcomes(file(*rows))


def test_what_is_chosen_is_learned_and_the_other_word_unlearned():
    made = asked(Rater(), list(permutations(range(len(GOODS.outcomes)), 2)))
    judged = made.judged("assembly", ASSEMBLY(Cast({}), made))
    weighed = Advantage((Correct(of="assembly"),))(judged, State(1, 0, Cast({})))
    spoken = weighed.filter(weighed["weight"] != 0.0)
    assert set(spoken["weight"].to_list()) == {0.5, -0.5}
    assert spoken.verdict("assembly").null_count() == 0


def test_own_answers_are_told_from_anothers_by_role(cast, easy):
    both = cast.replace("other", cast["base"])
    exam = Partiality(easy, Roles(Each(easy, 4), ("solver", "other")), ("self", "other"), tasks=20)
    made = exam.sample(both, exam.questions(), 0)
    assert made["author"].value_counts().sort("author").rows() == [("other", 80), ("solver", 80)]
    judges = (Tool(easy), Opinion(name="self"), Opinion(role="other", name="other"))
    found = exam(judge(judges, both, made)).estimates
    assert found["bias apart"].value == pytest.approx(0.0)  # one and the same model under two names
    assert found["bias"].low < 0.0 < found["bias"].high
