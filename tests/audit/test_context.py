"""Rollouts that are turns: accuracy by the errors in the context, of foreign rows and of our own run folders."""

import json

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from headway.audit import audit
from headway.audit.context import in_context
from headway.audit.page import AuditPage
from headway.audit.rollouts import rollouts
from headway.cli.auditing import described
from headway.cli.verdict import page_of
from headway.domains import Chains
from headway.experiment import Experiment, recorded
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Execution
from headway.propose import Given
from headway.sample import Chain, Probe, Probes
from headway.select import All
from headway.start import Writers
from headway.train import Fit
from headway.verify import Tool


def written(conversations=400, turns=6, cost=0.5, seed=0):
    """Conversations whose next turn is right with .9, less `cost` times the share of errors before it."""
    random = np.random.default_rng(seed)
    rows = []
    for conversation in range(conversations):
        wrong = 0
        for turn in range(1, turns + 1):
            right = random.random() < 0.9 - cost * (wrong / max(turn - 1, 1))
            rows.append((conversation, turn, float(right)))
            wrong += not right
    return rows


def frame_of(rows):
    columns = {
        "step": [0] * len(rows),
        "split": ["train"] * len(rows),
        "task": [f"{one}/{turn}" for one, turn, _ in rows],
        "conversation": [str(one) for one, _, _ in rows],
        "turn": [turn for _, turn, _ in rows],
        "gold": [right for _, _, right in rows],
    }
    return rollouts(columns)


def test_the_slope_in_the_share_of_errors_is_found_at_the_same_turn():
    found = in_context(frame_of(written(cost=0.5)))
    assert found.slope.low < -0.5 < found.slope.high and found.slope.high < -0.35
    assert found.turns == 400 * 5 and found.conversations == 400
    named = dict(found.by_share)
    assert named["none"].value == pytest.approx(0.9, abs=0.03) and named["more"].value < named["none"].value
    none = in_context(frame_of(written(cost=0.0))).slope
    assert none.low < 0.0 < none.high


def test_accuracy_that_falls_with_the_turn_alone_is_no_slope_in_errors():
    random = np.random.default_rng(1)
    rows = [(one, turn, float(random.random() < 1.0 - 0.12 * turn)) for one in range(600) for turn in range(1, 7)]
    found = in_context(frame_of(rows))
    assert found.slope.low < 0.0 < found.slope.high


def test_a_log_that_counts_errors_itself_is_taken_at_its_word_and_one_turn_is_no_conversation():
    rows = frame_of([(one, 4, float(one % 2)) for one in range(20)])
    assert in_context(rows) is None  # nothing was shown, as far as this log says
    told = rows.with_columns(context=pl.lit(3, pl.Int64), errors=pl.int_range(20) % 2 * 3)
    found = in_context(told)
    assert found.slope.value == pytest.approx(1.0)
    assert [name for name, _ in found.by_share] == ["none", "more"]


def test_the_audit_of_foreign_turns_says_it_everywhere(tmp_path, capsys):
    path = tmp_path / "turns.jsonl"
    with path.open("w") as file:
        for one, turn, right in written(60):
            row = {"prompt": f"{one} {turn}", "response": "x", "correct": right, "conversation_id": one, "turn": turn}
            file.write(json.dumps(row | {"reward": right, "step": 0}) + "\n")
    found = audit(path)
    assert found.in_context.conversations == 60

    Console(width=100).print(page_of(found))
    assert "errors in the context" in capsys.readouterr().out
    assert "Errors in the context" in AuditPage(found).html()
    assert described(found, None)["in_context"]["slope"]["n"] == 60


def test_our_own_run_folders_carry_the_marks(tmp_path):
    domain = Chains(keys=4, modulus=4, turns=4)
    exam = Execution(domain, Probes((Probe("own", Chain(domain)),)), 8)
    loop = Loop(Given(domain, 12), Chain(domain), (Tool(domain),), All(), Fit(), exam, Always())
    list(recorded(Experiment(Writers(domain, documents=200, width=16), loop, rounds=1), tmp_path / "run"))
    found = audit(tmp_path / "run")
    assert found.in_context is not None
    assert found.in_context.turns == 8 * 3  # the first turn of each is shown nothing
