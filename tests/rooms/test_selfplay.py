"""A proposer's own samples as tasks: all counted, none mended or replaced, none of the exam's, and what they pay."""

import numpy as np
import polars as pl
import pytest

from headway.attempts import Attempts
from headway.cast import Cast, Completions
from headway.domains import Arithmetic
from headway.loop import judge
from headway.measure.proposals import asked, refused, summary
from headway.policy.tiny import Tiny
from headway.propose import SelfPlay
from headway.sample import Each
from headway.select import Advantage, Learnability
from headway.select.rewards import Correct
from headway.stages import RoundRefused, State
from headway.train import Reinforce
from headway.verify import Audited, FirstOf, Tool, Vote

DOMAIN = Arithmetic()


class Writes:
    """A policy that writes what it is told to, one text after the other; so that a test knows what is proposed."""

    def __init__(self, *texts: str, finish: str = "stop") -> None:
        self.texts, self.finish = texts, finish

    def sample(self, prompts, seeds, **_) -> Completions:
        texts = [self.texts[place % len(self.texts)] for place in range(len(prompts))]
        return Completions(texts, [len(text) for text in texts], [-1.0] * len(texts), [self.finish] * len(texts))


def proposed(*texts: str, **roles) -> State:
    return State(1, 0, Cast({"proposer": Writes(*texts), **roles}))


HELD_OUT = next(row for row in DOMAIN.at(2, 1, 0, held_out=True)["prompt"])
ASKED = DOMAIN.at(2, 2, 0)["prompt"].to_list()


@pytest.mark.parametrize(
    ("text", "truth"),
    [("21+43=", "640"), ("53-21=", "320"), ("21-53=", None), ("0+0=", "00"), ("99+10=", "001")],
)
def test_what_a_text_asks_and_whether_it_has_an_answer(text, truth):
    posed = DOMAIN.posed(text)
    assert posed is not None and (posed.prompt, posed.truth) == (text, truth)
    assert DOMAIN.check(text, posed.truth, truth) == float(truth is not None)
    assert DOMAIN.check(text, posed.truth, "1") == 0.0


@pytest.mark.parametrize(
    "text", ["", "21+43", "21+4=", "21*43=", "+=", "21+43=640", " 1+1=", "123456+123456=", "1<yes>+1="]
)
def test_what_is_no_task_is_not_mended(text):
    assert DOMAIN.posed(text) is None


def test_every_proposal_is_asked_or_counted_and_none_is_replaced():
    texts = [ASKED[0], ASKED[0], "nonsense", HELD_OUT, "21-53=", ASKED[1]]
    tasks = SelfPlay(DOMAIN, proposals=6)(proposed(*texts))
    assert tasks["prompt"].to_list() == [text for text in texts if text not in ("nonsense", HELD_OUT)]
    assert tasks["task"].n_unique() == tasks["origin"].n_unique() == 4  # the same text twice is two proposals
    assert tasks["truth"].is_null().to_list() == [False, False, True, False]  # unsolvable, and asked all the same
    assert refused(Attempts.of([{**tasks.frame.row(0, named=True), "id": "a", "author": "solver", "text": ""}])) == {
        "written": 6,
        "malformed": 1,
        "withheld": 1,
    }


def test_a_round_without_one_task_is_refused_with_the_count():
    with pytest.raises(
        RoundRefused, match=r"none of 4 proposals by the role 'proposer'.*3 are malformed, such as 'no'"
    ):
        SelfPlay(DOMAIN, proposals=4)(proposed("no", "no", HELD_OUT, "no"))
    cut = State(1, 0, Cast({"proposer": Writes(ASKED[0], finish="length")}))
    with pytest.raises(RoundRefused, match="4 are malformed"):
        SelfPlay(DOMAIN, proposals=4)(cut)


def judged(first: list[str], second: list[str]) -> tuple[Attempts, State]:
    """Two proposed problems, each answered as listed, with the truth recorded."""
    state = proposed(ASKED[0], ASKED[1], solver=Writes(*first, *second))
    tasks = SelfPlay(DOMAIN, proposals=2)(state)
    attempts = Each(DOMAIN, attempts=len(first))(state.cast, tasks, 0)
    return judge((Tool(DOMAIN), Vote()), state.cast, attempts), state


def test_solver_and_proposer_are_paid_by_votes_whatever_the_truth():
    """All four agree on a wrong answer: the solver is paid, and the proposer is not paid for it."""
    right = DOMAIN.posed(ASKED[1]).truth
    attempts, state = judged(["000"] * 4, [right, right, right, "111"])
    assert attempts.verdict("tool").to_list() == [0.0] * 4 + [1.0] * 3 + [0.0]
    chosen = Learnability(Advantage((Correct(of="vote"),)))(attempts, state)
    assert chosen["weight"][:8].to_list() == pytest.approx([0.0] * 4 + [0.25] * 3 + [-0.75])
    assert chosen["author"][8:].to_list() == ["proposer"] * 2
    assert dict(zip(chosen["text"][8:], chosen["weight"][8:], strict=True)) == {ASKED[0]: -0.5, ASKED[1]: 0.5}
    blind = attempts.judged("tool", 1.0 - attempts.verdict("tool"))
    assert Learnability(Advantage((Correct(of="vote"),)))(blind, state)["weight"].equals(chosen["weight"])


def test_an_anchor_checks_whole_tasks_and_the_vote_decides_the_others():
    attempts, state = judged(["000"] * 4, ["000"] * 4)
    label = FirstOf((Audited(Tool(DOMAIN), 1.0), Vote()), name="label")(state.cast, attempts)
    assert label.to_list() == [0.0] * 8
    none = FirstOf((Audited(Tool(DOMAIN), 1e-9), Vote()), name="label")(state.cast, attempts)
    assert none.to_list() == [1.0] * 8


def test_what_was_proposed_in_numbers():
    attempts, _ = judged(["000", "000", "111", "222"], ["000", "111", "222", "333"])
    rows = asked(attempts)
    assert rows["agreement"].to_list() == [0.5, 0.0] and rows["label_right"].to_list() == [0.0, None]
    first, again = summary([rows, rows])
    assert (first["tasks"], first["band"], first["distinct"], first["new"], again["new"]) == (2, 0.5, 1.0, 1.0, 0.0)
    assert first["solvable"] == 1.0 and first["label_right"] == 0.0


def test_one_policy_in_two_roles_stays_one_or_goes_apart():
    policy = Tiny.create(DOMAIN.pieces, seed=0, width=16, heads=2, hidden=24, rotary=(True,))
    cast = Cast({"solver": policy, "proposer": policy, "base": policy})
    rows = [
        {"task": author, "domain": "d", "level": 1, "prompt": prompt, "id": author, "author": author, "text": text}
        | {"weight": 1.0}
        for author, prompt, text in (("solver", ASKED[0], "000"), ("proposer", "?", ASKED[1]))
    ]
    attempts = Attempts.of(rows)
    for apart in (False, True):
        after = Reinforce(roles=("solver", "proposer"), learning_rate=1e-3, apart=apart)(cast, attempts, 0)
        assert (after["solver"] is after["proposer"]) is not apart
        assert after["base"] is policy and after["solver"].digest() != policy.digest()
    only = Reinforce(roles=("solver", "proposer"), learning_rate=1e-3, apart=True)
    waits = only(cast, attempts.filter(pl.col("author") == "solver"), 0)
    assert waits["proposer"] is policy, "a proposer whose turn it is not stays as it is"


def test_the_same_seed_writes_the_same_tasks():
    policy = Tiny.create(DOMAIN.pieces, seed=3, width=16, heads=2, hidden=24, rotary=(True,))
    rows = policy.encode(["?"] * 50, [str(prompt) for prompt in DOMAIN.at(1, 50, 0)["prompt"]])
    from headway.train import Draw

    Draw(updates=60, tokens=256, learning_rate=1e-2).train(policy, rows, np.ones(len(rows)), 0)
    cast = Cast({"proposer": policy})
    one, other = (SelfPlay(DOMAIN, 32)(State(1, seed, cast)) for seed in (0, 1))
    assert SelfPlay(DOMAIN, 32)(State(1, 0, cast)).frame.equals(one.frame)
    assert one["prompt"].to_list() != other["prompt"].to_list()
