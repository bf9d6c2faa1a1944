"""Selection and rewards that pay for being good and different, and what a proposer is paid."""

import numpy as np
import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.select import Advantage, Clusters, DivPO, Familiar, Learnability
from headway.select.rewards import Correct, Distinct, Novel, Unlikely
from headway.stages import Round, Ruling, State

STATE = State(1, 0, Cast({}))


def table(*rows, **more) -> Attempts:
    """Attempts from (task, answer, verdict, logprob)."""
    return Attempts.of(
        [
            {"task": task, "domain": "d", "level": 0, "prompt": task, "id": f"{task}{n}", "author": "solver",
             "text": answer or "?", "answer": answer, "logprob": logprob, "verdicts": {"tool": right}} | more
            for n, (task, answer, right, logprob) in enumerate(rows)
        ]
    )  # fmt: skip


def test_distinctness_is_that_of_darling():
    rows = table(*(("t", answer, 1.0, -1.0) for answer in "aaab"))
    assert Distinct()(rows, STATE).to_list() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1.0])
    alike = table(*(("t", "a", right, -1.0) for right in (1.0, 1.0, None)))
    assert Distinct(floor=0.1)(alike, STATE).to_list() == [0.1, 0.1, None]


def test_being_odd_pays_nothing_for_what_is_wrong():
    rows = table(("t", "a", 1.0, -1.0), ("t", "b", 0.0, -9.0), ("t", None, 0.0, -9.0))
    for reward in (Distinct(), Unlikely(), Novel()):
        assert reward(rows, STATE).to_list()[1:] == [0.0, 0.0]


def test_the_unlikely_right_answer_is_paid_most():
    rows = table(("t", "a", 1.0, -1.0), ("t", "b", 1.0, -3.0), ("t", "c", 1.0, -2.0), ("t", "d", 1.0, None))
    assert Unlikely(beta=0.4)(rows, STATE).to_list() == [pytest.approx(0.8), 1.0, pytest.approx(0.9), None]


def test_what_was_learned_before_is_no_news():
    before = table(("s", "abcd", 1.0, -1.0)).weighing(np.ones(1))
    past = (
        Round(0, ruling=Ruling(True, 0, 0, "")),
        Round(1, attempts=before, ruling=Ruling(True, 1, 1, "")),
    )
    rows = table(("t", "abcd", 1.0, -1.0), ("t", "abce", 1.0, -1.0), ("t", "xyz", 1.0, -1.0))
    assert Novel(n=3, floor=0.1)(rows, State(2, 0, Cast({}), past)).to_list() == [0.1, 0.5, 1.0]


def test_an_advantage_adds_them_up():
    rows = table(("t", "a", 1.0, -1.0), ("t", "a", 1.0, -1.0), ("t", "b", 1.0, -1.0), ("t", "c", 0.0, -1.0))
    weight = Advantage((Correct(), Distinct()))(rows, STATE)["weight"].to_list()
    assert weight == pytest.approx([5 / 3 - 4 / 3, 5 / 3 - 4 / 3, 2 - 4 / 3, -4 / 3])


def test_divpo_prefers_the_rare_good_to_the_common_bad():
    rows = table(
        ("t", "a", 1.0, -1.0), ("t", "a", 1.0, -1.0), ("t", "b", 1.0, -2.0), ("t", "c", 1.0, -4.0),
        ("t", "x", 0.0, -1.0), ("t", "x", 0.0, -0.5), ("t", "y", 0.0, -9.0), ("u", "a", 1.0, -1.0),
    )  # fmt: skip
    assert DivPO(of="tool")(rows, STATE)["weight"].to_list() == [0, 0, 0, 1, 0, -1, 0, 0]
    assert DivPO(of="tool", pairs=2)(rows, STATE)["weight"].to_list() == [0, 0, 1, 1, 0, -1, -1, 0]


@pytest.mark.parametrize(
    ("learnability", "paid"),
    [
        (Learnability(Advantage()), [0, 0, 1, 1, 0]),
        (Learnability(Advantage(), min_agree=1), [0, 1, 1, 1, 0]),
        (Learnability(Advantage(), max_agree=2), [0, 0, 1, 0, 0]),
        (Learnability(Advantage(), shape="hard"), [0, 0.75, 0.5, 0.25, 0]),
        (Learnability(Advantage(), shape="middle"), [0, 0.25, 0.5, 0.25, 0]),
    ],
)
def test_what_a_task_is_worth(learnability, paid):
    assert learnability.pay(np.arange(5), np.full(5, 4)).tolist() == paid


@pytest.mark.parametrize(("n", "best", "most"), [(4, 0.634, 0.696), (8, 0.580, 0.976), (16, 0.548, 1.0)])
def test_the_band_in_closed_form(n, best, most):
    """E[pay] over a binomial solve rate p, where wrong answers all differ."""
    from scipy.stats import binom

    rates = np.linspace(0.0, 1.0, 1001)
    done = np.arange(n + 1)
    mean = binom.pmf(done, n, rates[:, None]) @ Learnability(Advantage()).pay(done, np.full(n + 1, n))
    assert (rates[mean.argmax()], mean.max()) == (pytest.approx(best, abs=2e-3), pytest.approx(most, abs=1e-3))


def proposed(*rates: int, proposals=("1+1", "22+3", "47*8")) -> Attempts:
    rows = []
    for place, (did, text) in enumerate(zip(rates, proposals, strict=False)):
        more = {"origin": f"p{place}", "traits": {"topic": "sums", "proposal": text}}
        rows.append(table(*((text, "a", float(one < did), -1.0) for one in range(4)), **more))
    return Attempts.join(rows)


def test_proposals_are_paid_beside_the_solver():
    table = Learnability(Advantage(), by="tool")(proposed(4, 2, 0), STATE)
    mine = table.filter(table["author"] == "proposer")
    assert mine["id"].to_list() == ["p0", "p1", "p2"] and mine["text"].to_list() == ["1+1", "22+3", "47*8"]
    assert mine["prompt"].to_list() == ["sums"] * 3
    assert mine["weight"].to_list() == pytest.approx([-1 / 3, 2 / 3, -1 / 3])
    assert len(table) == 15 and table["weight"][:12].sum() == pytest.approx(0.0)


def test_the_proposer_waits_for_its_turn():
    assert len(Learnability(Advantage(), by="tool", every=5)(proposed(4, 2, 0), STATE)) == 12


def test_proposing_the_same_again_costs():
    alike = proposed(2, 2, 2, proposals=("12+34", "12+35", "99*7"))
    table = Learnability(Advantage(), by="tool", variety=Clusters(same=0.4))(alike, STATE)
    assert table.filter(table["author"] == "proposer")["weight"].to_list() == pytest.approx([-1 / 9, -1 / 9, 2 / 9])


def test_what_an_earlier_round_proposed_is_not_new_again():
    first = Learnability(Advantage(), by="tool")(proposed(2, 2, 2, proposals=("12+34", "56+78", "9*9")), STATE)
    begun = Ruling(True, 0, 0, "")
    later = State(2, 0, Cast({}), (Round(0, ruling=begun), Round(1, attempts=first, ruling=Ruling(True, 1, 1, ""))))
    again = proposed(2, 2, 2, proposals=("12+34", "12+35", "77777"))
    table = Learnability(Advantage(), by="tool", variety=Familiar(weight=0.6))(again, later)
    lost = np.array([1.0, 2 / 4, 0.0]) * 0.6  # 12+ and 2+3 of the four that either has
    assert table.filter(table["author"] == "proposer")["weight"].to_list() == pytest.approx(lost.mean() - lost)
    assert Familiar()(["12+34"]).tolist() == [0.0]


def test_tasks_of_unknown_proposals_are_refused_with_what_is_missing():
    rows = table(("t", "a", 1.0, -1.0), origin="p", traits={"other": 1})
    with pytest.raises(ValueError, match="no traits `topic` and `proposal`"):
        Learnability(Advantage(), by="tool")(rows, STATE)
