"""The catalogue of attacks against the sandbox: no false accept, no side effect, the next honest program passes.

Every attack is run in the arena: namespaces of its own around the grader, a read-only root, planted canaries.
"""

import arena
import pytest
import walls_here
from attacks import ATTACKS


@pytest.fixture(scope="module", autouse=True)
def _arena():
    if (reason := arena.missing()) is not None:
        pytest.skip(reason)


def refused_all(lines: list[dict]) -> None:
    """No attack passed or went without a verdict, and each honest program after one passed."""
    *told, _ = lines
    assert len(told) >= 99
    assert [one["attack"] for one in told if one["outcome"] not in ("fail", "error")] == []
    assert [one["attack"] for one in told if one["honest"] != "pass"] == []


@pytest.mark.slow
def test_limits_alone_keep_the_verdict_from_all_but_who_reads_the_answer_in_a_file():
    *told, _ = arena.inside("limited", "each")
    assert len(told) >= 99
    assert [one["attack"] for one in told if one["outcome"] == "pass"] == ["steal.secret_file"]
    assert [one["attack"] for one in told if one["honest"] != "pass"] == []


def test_every_attack_says_what_it_attempts():
    assert len(ATTACKS) >= 99 and len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.attempts and attack.code for attack in ATTACKS)


def test_no_attack_passes_or_gets_out_at_the_best_tier():
    tier = walls_here.best()
    lines = arena.inside(tier, "together")
    refused_all(lines)
    assert {one["tier"] for one in lines[:-1]} == {tier}
    assert lines[-1] == {"disturbed": [], "left_behind": []}


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["walled", "unshared", "filtered"])
def test_no_attack_passes_or_gets_out_at_any_tier_that_may_run_it(tier):
    walls_here.need(tier)
    lines = arena.inside(tier, "each")
    refused_all(lines)
    assert [(one["attack"], one["disturbed"]) for one in lines[:-1] if one["disturbed"]] == []
    assert lines[-1] == {"disturbed": [], "left_behind": []}
