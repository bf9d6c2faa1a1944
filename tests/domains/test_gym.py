"""Tasks of reasoning-gym: strict checks, and no answer is ever run as code."""

import inspect
import json
import sys

import pytest

from headway.attempts import WORLD
from headway.domains import Gym
from headway.domains.gym import ARITHMETIC, EVALUATED, dataset, registry


def first(gym):
    return gym.tasks(1, 0).frame.row(0, named=True)


@pytest.mark.parametrize(("task", "hardest"), [("chain_sum", 1), ("spell_backward", 1), ("gcd", 1)])
def test_right_answers_are_right_and_another_items_answer_is_wrong(task, hardest):
    gym = Gym(task, hardest=hardest)
    graded = gym.graded(10, 0)
    assert set(graded["level"]) == {*range(hardest + 1)}
    for row in graded:
        assert gym.check(row.prompt, row.truth, gym.read(row.text)) == row.verdicts[WORLD]
        assert set(row.prompt + row.text) <= set(gym.pieces)
    trained, examined = gym.tasks(10, 0)["prompt"], gym.tasks(5, 0, held_out=True)["prompt"]
    assert not set(trained) & set(examined)
    assert gym.at(hardest, 3, 0)["level"].to_list() == [hardest] * 3


@pytest.mark.parametrize("task", ["gcd", "chain_sum", "spell_backward"])
def test_partial_credit_is_worth_nothing(task):
    gym = Gym(task)
    asked = first(gym)
    answer = json.loads(asked["truth"])["answer"]
    for text in (f"{answer}{answer}", f"the answer is {answer}", "0 " + answer, "", "nonsense"):
        assert gym.check(asked["prompt"], asked["truth"], gym.read(text)) == 0.0
    assert gym.check(asked["prompt"], asked["truth"], gym.read(f" {answer}\n")) == 1.0


@pytest.mark.parametrize(("task", "text"), [("coin_flip", "0"), ("game_of_life_halting", "nonsense")])
def test_full_marks_for_a_wrong_answer_are_not_believed(task, text):
    gym = Gym(task)
    asked = first(gym)
    said = json.loads(asked["truth"])
    items = dataset(task, said["level"], said["seed"])
    assert items.score_answer(text, items[said["index"]]) == 1.0  # the package's own scorer
    assert gym.check(asked["prompt"], asked["truth"], text) == 0.0
    assert gym.check(asked["prompt"], asked["truth"], said["answer"]) == 1.0


def test_any_expression_that_makes_the_target_is_right_and_none_is_run(tmp_path):
    gym, trace = Gym("countdown"), tmp_path / "ran"
    asked = first(gym)
    said = json.loads(asked["truth"])
    answer = said["answer"]
    assert gym.check(asked["prompt"], asked["truth"], f"({answer})") == 1.0
    for text in (f"open({str(trace)!r}, 'w').close() or {answer}", "9**9**9**9", "1/0", "((((", "1" * 5000):
        assert gym.check(asked["prompt"], asked["truth"], text) == 0.0
    assert not trace.exists()


def test_every_scorer_that_runs_answers_is_known():
    tasks, _ = registry()
    runs = {
        name
        for name, (kind, _) in tasks.items()
        if any(
            call in inspect.getsource(kind.score_answer) for call in ("eval(answer", "exec(answer", "parse_expr(answer")
        )
        or any(call in inspect.getsource(sys.modules[kind.__module__]) for call in ("eval(answer", "parse_expr(answer"))
    }
    assert runs == EVALUATED
    assert ARITHMETIC < EVALUATED


def test_a_scorer_that_cannot_read_an_answer_has_not_called_it_right():
    gym = Gym("prime_factorization")
    asked = first(gym)
    assert gym.check(asked["prompt"], asked["truth"], "not a number") == 0.0


def test_an_item_is_made_again_where_another_process_judges_it():
    gym = Gym("countdown")
    asked = first(gym)
    dataset.cache_clear()
    assert gym.check(asked["prompt"], asked["truth"], f"({json.loads(asked['truth'])['answer']})") == 1.0
    with pytest.raises(ValueError, match="is another question in this version of reasoning-gym"):
        gym.check("another question", asked["truth"], "1+1")


@pytest.mark.parametrize(
    ("gym", "said"),
    [
        (Gym("chain_sums"), "no task named 'chain_sums'; did you mean chain_sum"),
        (Gym("chain_sum", hardest=99), "'chain_sum' has no level .*; its levels are 0 to 10"),
        (Gym("knight_swap"), r"cannot make 'knight_swap' at level 0 \(min_nodes must be >= 6\)"),
    ],
)
def test_what_cannot_be_asked_says_why(gym, said):
    with pytest.raises(ValueError, match=said):
        gym.tasks(5, 0)
    with pytest.raises(ValueError, match="need 0 <= easiest <= hardest"):
        Gym("gcd", 2, 1)


def test_a_task_without_answers_can_be_asked_and_not_learned_from():
    with pytest.raises(ValueError, match="gives no answers to learn from"):
        Gym("graph_color").graded(3, 0)


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "reasoning_gym.factory", None)
    registry.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"needs the package reasoning-gym .* pip install 'headway\[tasks\]'"):
            registry()
    finally:
        registry.cache_clear()
