"""A pretrained policy that answers elsewhere: adapters travel alone, parts are the same bits, mix-ups are found out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from headway.engine import Inline, Scheduler, Store
from headway.policy.hub import Hub
from headway.seams import Carrier, carry_out, folders
from headway.seams.remote import MixedPolicies, Remote, RemoteSpeaker
from headway.seams.shards import packed, unpacked

PROMPTS = [f"{left} + {right} =" for left in range(9) for right in (1, 22, 333)] * 3
ANSWERS = [str(index) for index in range(len(PROMPTS))]
SEEDS = np.arange(len(PROMPTS), dtype=np.uint64)


def elsewhere(policy: Hub, folder: Path) -> Remote:
    found = Carrier(Scheduler(Inline(carry_out, Store(folder)))).policy(policy)
    assert isinstance(found, RemoteSpeaker)
    return found


def test_it_says_the_same_bits(moved: Hub, tmp_path: Path) -> None:
    remote = elsewhere(moved, tmp_path)
    for temperature, most in ((1.0, 9), (0.0, 5)):
        here = moved.sample(PROMPTS, SEEDS, temperature=temperature, top_p=1.0, max_tokens=most)
        there = remote.sample(PROMPTS, SEEDS, temperature=temperature, top_p=1.0, max_tokens=most)
        assert there.texts == here.texts and there.finish == here.finish
        np.testing.assert_array_equal(there.logprob, here.logprob)
        np.testing.assert_array_equal(there.tokens, here.tokens)
    np.testing.assert_array_equal(remote.verdict(PROMPTS, ANSWERS), moved.verdict(PROMPTS, ANSWERS))
    np.testing.assert_array_equal(remote.score(PROMPTS, ANSWERS).logprob, moved.score(PROMPTS, ANSWERS).logprob)
    replies = moved.reply(PROMPTS, SEEDS, temperature=1.0, max_tokens=5)
    assert remote.reply(PROMPTS, SEEDS, temperature=1.0, max_tokens=5) == replies  # type: ignore[attr-defined]


def test_adapters_travel_alone(moved: Hub, tmp_path: Path) -> None:
    remote = elsewhere(moved, tmp_path)
    files = folders.unpacked(Store(tmp_path).get(remote.ref))
    assert {name for name in files if name.endswith(".safetensors")} == {"adapter_model.safetensors"}


def test_rows_of_another_policy_are_refused(moved: Hub, tmp_path: Path) -> None:
    remote = elsewhere(moved, tmp_path)

    def mixed(seams):
        return [packed(unpacked(result).with_columns(policy=unpacked(result)["text"])) for result in remote.ask(seams)]

    other = Remote(remote.policy, remote.ref, remote.put, mixed)
    with pytest.raises(MixedPolicies, match="were to be written by the policy"):
        other.sample(PROMPTS, SEEDS, temperature=1.0, top_p=1.0, max_tokens=3)


def test_weights_that_nobody_holds_are_collected(made: Callable[..., Hub], tmp_path: Path) -> None:
    store = Store(tmp_path)
    carrier = Carrier(Scheduler(Inline(carry_out, store)))
    kept, dropped = made(seed=1), made(seed=2)
    refs = [carrier.published(kept), carrier.published(dropped)]
    del dropped
    carrier.settle()
    assert [store.path(ref).exists() for ref in refs] == [True, False]
