import numpy as np
import pytest

from headway.attempts import Attempts
from headway.domains import Puzzles
from headway.stages import Cast
from headway.verify import Opinion, Tool, Vote

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
