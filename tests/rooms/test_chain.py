import random

import polars as pl
import pytest

from headway.attempts import Attempts
from headway.cast import Cast, Completions
from headway.domains import Chains
from headway.domains.split import is_held_out
from headway.measure.execution import turns
from headway.sample import Chain, History, Probe, Probes
from headway.select import Whole
from headway.stages import State
from headway.verify import Tool

DOMAIN = Chains(keys=8, turns=8)


class Writer:
    """Errs in the turns that it is told, one call a turn, and remembers what it was asked. An oracle, no model."""

    def __init__(self, domain, errs=()):
        self.domain, self.errs, self.asked, self.turn = domain, set(errs), [], 0

    def sample(self, prompts, seeds, *, temperature, top_p, max_tokens):
        self.asked += prompts
        self.turn += 1
        texts = [self._answer(prompt) for prompt in prompts]
        return Completions(texts, [2] * len(texts), [0.0] * len(texts), ["stop"] * len(texts))

    def _answer(self, prompt):
        return self.domain.wrong(prompt, random.Random(0)) if self.turn in self.errs else self.domain.right(prompt)


def sampled(chain, errs=(), n=5):
    writer = Writer(DOMAIN, errs)
    cast = Cast({"solver": writer})
    rows = chain(cast, DOMAIN.tasks(n, 0), 3)
    return rows.judged("tool", Tool(DOMAIN)(cast, rows)), writer


def test_plans_are_distinct_and_held_out_ones_apart():
    plans = [tuple(row["plan"]) for row in DOMAIN.tasks(50, 0, held_out=True)["traits"]]
    assert len(set(plans)) == 50
    assert all(is_held_out(" ".join(plan)) for plan in plans)
    assert not any(is_held_out(" ".join(row["plan"])) for row in DOMAIN.tasks(50, 0)["traits"])


def test_a_step_is_right_if_it_goes_on_from_what_stands_there_not_from_the_truth():
    rows, _ = sampled(Chain(DOMAIN), errs={3})
    right = rows.frame.with_columns(right=rows.verdict("tool"), index=pl.col("answer") == pl.col("truth"))
    by_turn = right.group_by("level").agg(pl.col("right", "index").mean()).sort("level")
    assert by_turn["right"].to_list() == [1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert by_turn["index"].to_list() == [1.0, 1.0] + [0.0] * 6


def test_rows_say_how_many_errors_they_were_shown():
    rows, _ = sampled(Chain(DOMAIN), errs={3, 5})
    shown = rows.frame.unnest("traits").group_by("turn").agg(pl.col("context", "errors").first()).sort("turn")
    assert shown["context"].to_list() == list(range(8))
    assert shown["errors"].to_list() == [0, 0, 0, 1, 1, 2, 2, 2]


def test_only_the_window_is_shown():
    rows, writer = sampled(Chain(DOMAIN, window=2), errs={3})
    assert max(map(len, writer.asked)) == 5
    assert rows.frame.unnest("traits").filter(pl.col("turn") == 6)["errors"].unique().to_list() == [0]


def test_errors_put_there_are_errors_and_where_they_were_put():
    chain = Chain(DOMAIN, History(given=7, errors=2, first=4, last=6), only=(8,))
    rows, writer = sampled(chain, n=20)
    assert rows["level"].unique().to_list() == [8]
    places = set()
    for prompt in writer.asked:
        answers = [(turn, prompt[: 2 * turn - 1], prompt[2 * turn - 1]["content"]) for turn in range(1, 8)]
        wrong = {turn for turn, before, text in answers if text != DOMAIN.right(before)}
        assert len(wrong) == 2
        places |= wrong
    assert places == {4, 5, 6}


def test_a_tool_puts_the_record_right_without_the_errors_before():
    rows, _ = sampled(Chain(DOMAIN, anchored=4), errs={2, 3})
    held = (
        rows.frame.with_columns(index=pl.col("answer") == pl.col("truth")).group_by("level").agg(pl.col("index").mean())
    )
    assert held.sort("level")["index"].to_list() == [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]


def test_the_same_seed_gives_the_same_records():
    chain = Chain(DOMAIN, History(given=7, rate=0.5), only=(8,))
    assert sampled(chain)[0].frame.equals(sampled(chain)[0].frame)


def test_probes_name_their_rows_and_whole_keeps_whole_conversations():
    probes = Probes(
        (Probe("own", Chain(DOMAIN)), Probe("after errors", Chain(DOMAIN, History(given=7, rate=1.0), only=(8,))))
    )
    rows, _ = sampled(probes, errs={3})
    assert turns(rows)["probe"].value_counts().sort("probe").rows() == [("after errors", 5), ("own", 40)]
    kept = Whole("tool")(rows, State(1, 0, Cast({}))).kept
    assert kept.frame.unnest("traits")["probe"].unique().to_list() == ["after errors"]


def test_what_cannot_be_sampled_in_turns_is_refused_in_words():
    with pytest.raises(ValueError, match="no trait `plan`"):
        from headway.domains import Puzzles

        Chain(DOMAIN)(Cast({}), Puzzles().tasks(2, 0), 0)
    with pytest.raises(ValueError, match=r"Whole selects conversations"):
        plain = Attempts.of(
            [{"task": "a", "domain": "d", "level": 1, "prompt": "p", "id": "1", "author": "s", "text": "t"}]
        )
        Whole("tool")(plain.judged("tool", pl.Series([1.0])), State(1, 0, Cast({})))
