"""Forecasts from a log: two domains that a reward moves in opposite ways, and logs that say too little."""

import json
import subprocess
import sys

import numpy as np
import pytest

from headway.audit import NothingToAudit
from headway.audit.ahead import looked_ahead


def write(path, *, with_logprob=True, steps=1):
    """Attempts from known distributions: code is paid for its likely text, prose for its unlikely ones."""
    random = np.random.default_rng(0)
    share, paid = np.array([0.6, 0.2, 0.2]), {"code": [1.0, 0.0, 0.0], "prose": [0.0, 1.0, 1.0]}
    lines = []
    for step in range(steps):
        for domain, rewards in paid.items():
            for task in range(40):
                for drawn in random.choice(3, size=8, p=share):
                    row = {"step": step, "prompt": f"{domain} {task}", "completion": f"text {drawn}", "source": domain,
                           "reward": rewards[drawn]}  # fmt: skip
                    lines.append(row | ({"logprob": float(np.log(share[drawn]))} if with_logprob else {}))
    path.write_text("\n".join(map(json.dumps, lines)))


def test_each_domain_has_its_own_sign(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    write(path)
    found = {one.domain: one for one in looked_ahead(path, {}, None).forecasts}
    assert found["code"].verdict == "narrows" and found["prose"].verdict == "widens"
    exact = 0.6 * 0.4 * (np.log(0.6) - np.log(0.2))  # Cov(log p, 1 of the likely text)
    assert found["code"].change.low < -exact < found["code"].change.high
    assert found["code"].change.n == 40 and found["code"].attempts == 320


def test_attempts_of_different_steps_are_not_siblings(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    write(path, steps=3)
    ahead = looked_ahead(path, {}, None)
    assert ahead.steps == "step 2" and ahead.rollouts == 640


def test_a_log_without_log_probabilities_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    write(path, with_logprob=False)
    with pytest.raises(NothingToAudit, match=r"no 'logprob' in its train rollouts.*--map logprob=FIELD"):
        looked_ahead(path, {}, None)


def test_the_command_says_it_in_a_line_a_domain_without_torch(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    write(path)
    code = (
        "import sys; from headway.cli.foreseeing import foreseen; from pathlib import Path; "
        f"foreseen(Path({str(path)!r}), mapping=None, split=None, as_json=False); assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "code: narrows. Change -" in done.stdout and "prose: widens. Change +" in done.stdout
