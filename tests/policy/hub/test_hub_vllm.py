"""vLLM writes what our own sampler writes, with the same adapters; where it is installed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from headway.policy.hub import Hub
from headway.start import LanguageModel

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # of a library that warns of its own parts
GREEDY = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 12}
PROMPTS = [f"{left} + {right} = " for left in range(4) for right in range(3)]


@pytest.fixture(scope="module")
def heads_of_32(tmp_path_factory: pytest.TempPathFactory, model_in: Callable[..., Path]) -> Path:
    """A model whose heads are as wide as vLLM wants them, at the least."""
    return model_in(tmp_path_factory.mktemp("wide"), width=64, heads=2)


@pytest.fixture(scope="module")
def writes(heads_of_32: Path) -> Callable[..., Hub]:
    """A policy of the model with adapters that change something."""
    pytest.importorskip("vllm", reason="vLLM is not installed: pip install 'headway[vllm]'")

    def made(writer: str, seed: int = 3, stop: tuple[str, ...] = ()) -> Hub:
        start = LanguageModel(str(heads_of_32), lora=4, number="float32", workers=0, writer=writer, stop=stop)  # type: ignore[arg-type]
        policy = start(0)["solver"]
        assert isinstance(policy, Hub)
        policy = policy.copy()
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for one in policy.parameters():
                one.add_(torch.randn(one.shape, generator=generator), alpha=0.2)
        return policy

    return made


def test_greedy_attempts_are_those_of_our_own_sampler_for_every_adapter(writes: Callable[..., Hub]) -> None:
    seeds = np.arange(len(PROMPTS), dtype=np.uint64)
    texts = []
    for adapter in (3, 4, 5, 6, 7, 3):  # more than it knows at a time
        mine, theirs = (writes(writer, adapter).sample(PROMPTS, seeds, **GREEDY) for writer in ("own", "vllm"))
        same = [index for index, pair in enumerate(zip(mine.texts, theirs.texts, strict=True)) if len(set(pair)) == 1]
        assert len(same) >= len(PROMPTS) - 1, "but for a tie between two tokens"
        assert theirs.logprob[same] == pytest.approx(mine.logprob[same], abs=1e-3)
        assert (np.asarray(theirs.tokens)[same] == np.asarray(mine.tokens)[same]).all()
        assert [theirs.finish[index] for index in same] == [mine.finish[index] for index in same]
        texts.append(theirs.texts)
    assert texts[0] == texts[-1] != texts[1]


def test_drawn_attempts_have_the_models_own_probability_and_a_stop_ends_them(writes: Callable[..., Hub]) -> None:
    policy = writes("vllm", stop=("e",))
    written = policy.sample(PROMPTS * 8, np.arange(96, dtype=np.uint64), temperature=0.7, top_p=1.0, max_tokens=30)
    assert len(set(written.texts)) > 20 and not any("e" in text for text in written.texts)
    stopped = [index for index, finish in enumerate(written.finish) if finish == "stop" and written.tokens[index] < 20]
    assert stopped
    plain = writes("vllm")
    ended = plain.sample(PROMPTS * 8, np.arange(96, dtype=np.uint64), temperature=0.7, top_p=1.0, max_tokens=30)
    scores = plain.score(PROMPTS * 8, ended.texts)
    whole = [i for i, end in enumerate(ended.finish) if end == "stop" and ended.tokens[i] == scores.tokens[i]]
    # A text may be read as other tokens than were drawn, even as many; those that are read alike agree.
    alike = np.isclose(ended.logprob[whole], scores.logprob[whole], rtol=0, atol=1e-3)
    assert alike.sum() >= 3, "the probability is that at temperature 1, whatever was drawn at"
    again = policy.sample(PROMPTS * 8, np.arange(96, dtype=np.uint64), temperature=0.7, top_p=1.0, max_tokens=30)
    assert again.texts == written.texts
