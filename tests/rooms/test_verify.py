from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.attempts import Attempts
from headway.cast import Cast
from headway.domains import Puzzles
from headway.sample import Each
from headway.start import Pretrained
from headway.verify import Margin, Opinion, Tool, Vote

NOBODY = Cast({})


def attempts(*answers, task="puzzles:1 2 3=6", prompt="1 2 3=6"):
    return Attempts.of(
        [
            {"task": task, "domain": "puzzles", "level": 3, "prompt": prompt, "id": f"{task}{index}",
             "author": "solver", "text": answer or "?", "answer": answer}
            for index, answer in enumerate(answers)
        ]
    )  # fmt: skip


def test_the_tool_reads_the_world_and_calls_the_unreadable_wrong():
    tool = Tool(Puzzles())
    assert tool.reads == ("world",)
    assert tool(NOBODY, attempts("+1+2+3", "+1+2", None)).to_list() == [1.0, 0.0, 0.0]


def test_none_never_wins_a_vote_and_a_tie_has_no_winner():
    vote = Vote()
    assert vote(NOBODY, attempts(None, None, None, "+1")).to_list() == [0.0, 0.0, 0.0, 1.0]
    assert vote(NOBODY, attempts("+1", "+2")).to_list() == [None, None]
    assert vote(NOBODY, attempts(None, None)).to_list() == [None, None]
    assert vote(NOBODY, attempts("+1", "+1", "+2")).to_list() == [1.0, 1.0, 0.0]


def test_votes_are_counted_within_a_task():
    two = Attempts.join([attempts("+1", "+1", "+2"), attempts("+2", task="puzzles:other")])
    assert Vote()(NOBODY, two).to_list() == [1.0, 1.0, 0.0, 1.0]


def test_a_missing_judge_is_an_error_never_the_model_itself(cast):
    with pytest.raises(KeyError, match="nobody plays the role 'teacher'"):
        Opinion(role="teacher")(cast, attempts("+1+2+3"))


def test_an_opinion_has_nothing_to_say_of_what_cannot_be_read(cast):
    opinions = Opinion()(cast, attempts("+1+2+3", None, "+1+2+3"))
    assert opinions[1] is None
    assert opinions[0] == opinions[2]
    assert 0.0 < opinions[0] < 1.0


def test_a_likelihood_is_the_mean_token_probability(cast):
    found = Opinion(ask="likelihood")(cast, attempts("+1+2+3"))[0]
    scores = cast["solver"].score(["1 2 3=6"], ["+1+2+3"])
    assert found == pytest.approx(np.exp(scores.logprob[0] / scores.tokens[0]))


def test_the_trained_verdict_tells_right_from_wrong_better_than_chance(cast, easy):
    graded = easy.graded(150, 99)
    opinions = Opinion()(cast, graded).to_numpy()
    truth = graded.verdict("world").to_numpy() == 1.0
    assert np.mean(opinions[truth][:, None] > opinions[~truth][None, :]) > 0.6


def test_a_vote_over_several_policies_counts_every_attempt_once(cast, easy):
    other = Pretrained(easy, gold=50, graded=0, epochs=2, width=16, layers=1)(seed=1)["solver"]
    both = cast.replace("second", other)
    tasks = easy.tasks(20, 5)
    sampled = Each(easy, attempts=8)(both, tasks, 0)
    vote = Vote(others=("second",), ballots=4, domain=easy)
    counts = vote.counted(both, sampled)
    assert counts["votes"].to_list() == [12] * 20
    assert (counts["first"] >= counts["second"]).all()
    assert (counts["readable"] <= counts["votes"]).all()
    assert vote.reads == ("solver", "second")
    same = Vote().counted(cast, sampled).join(counts, on="task", suffix="_both")
    assert (same["first_both"] >= same["first"]).all(), "more votes never take any away"
    with pytest.raises(ValueError, match=r"Vote\.domain"):
        Vote(others=("second",))


@given(st.lists(st.sampled_from(["+1", "+2", "+3", None]), min_size=1, max_size=12), st.sampled_from([0.0, 0.5, 0.7]))
def test_a_vote_is_what_counting_by_hand_gives(answers, share):
    counts = Counter(answer for answer in answers if answer is not None).most_common()
    tied = not counts or (len(counts) > 1 and counts[0][1] == counts[1][1])
    enough = bool(counts) and counts[0][1] >= share * len(answers) - 1e-9
    expected = [None if tied else float(enough and answer == counts[0][0]) for answer in answers]
    assert Vote(share=share)(NOBODY, attempts(*answers)).to_list() == expected
    margin = Margin(Vote())(NOBODY, attempts(*answers)).to_list()
    first, second = ([*(n for _, n in counts), 0, 0])[:2]
    assert margin == [(first - second) / (first + sum(n for _, n in counts[1:])) if counts else None] * len(answers)
