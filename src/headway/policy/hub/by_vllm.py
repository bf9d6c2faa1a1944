"""Attempts written by vLLM (arXiv:2309.06180): the base model is loaded once, and adapters are named to it."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from headway.policy.hub.base import Source
from headway.policy.hub.tokens import Tokens
from headway.policy.hub.writing import Write, Written

# In this process: nothing is left behind where it is killed, and what is written together does not hang on timing.
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")

from vllm import LLM, SamplingParams, TokensPrompt  # pyright: ignore[reportMissingImports]
from vllm.lora.request import LoRARequest  # pyright: ignore[reportMissingImports]

MEMORY = 0.5
"""The share of an accelerator that vLLM takes; the same model is beside it, to judge and to be trained."""
RANKS = (8, 16, 32, 64, 128, 256, 512)
"""The ranks that vLLM makes room for."""
KEPT = 4
"""Adapters that it knows at a time."""
SEEDS = 2**63
"""vLLM takes seeds below this."""


class Vllm:
    """An engine of vLLM over one base model, which writes with any adapters of at most `rank`."""

    def __init__(self, source: Source, rank: int, number: str) -> None:
        room = next((one for one in RANKS if one >= rank), None)
        if room is None:
            raise ValueError(f"vLLM has room for adapters of rank {RANKS[-1]} at most, not {rank}; lower lora")
        self.llm = LLM(
            model=str(source.folder),
            dtype=number,  # type: ignore[arg-type]
            enable_lora=True,
            max_lora_rank=room,
            gpu_memory_utilization=MEMORY,
            disable_log_stats=True,
        )
        self._folder = tempfile.TemporaryDirectory(prefix="headway-vllm-")
        self._adapters: dict[str, LoRARequest] = {}
        self._made = 0

    def write(self, adapter: str, save: Callable[[Path], None], batch: Write, tokens: Tokens) -> Written:
        """One continuation for each prompt by the adapter of this digest, which `save` writes into an empty folder."""
        if adapter not in self._adapters:
            self._take(adapter, save)
        prompts = [TokensPrompt(prompt_token_ids=list(ids)) for ids in batch.prompts]
        drawing = [_drawing(batch, int(seed), tokens) for seed in batch.seeds]
        request = self._adapters[adapter]
        said = [one.outputs[0] for one in self.llm.generate(prompts, drawing, use_tqdm=False, lora_request=request)]
        drawn = [list(one.token_ids) for one in said]
        return Written(
            [[token for token in ids if not tokens.ended(token)] for ids in drawn],
            np.array([one.cumulative_logprob for one in said], dtype=float),
            np.array([len(ids) for ids in drawn], dtype=np.int64),
            np.array([one.finish_reason == "stop" for one in said]),
        )

    def _take(self, adapter: str, save: Callable[[Path], None]) -> None:
        """Let vLLM know an adapter, and forget the oldest."""
        if len(self._adapters) == KEPT:
            oldest = self._adapters.pop(next(iter(self._adapters)))
            self.llm.llm_engine.remove_lora(oldest.lora_int_id)
            shutil.rmtree(oldest.lora_path)
        self._made += 1
        folder = Path(self._folder.name) / str(self._made)
        folder.mkdir()
        save(folder)
        self._adapters[adapter] = LoRARequest(adapter, self._made, str(folder))


def _drawing(batch: Write, seed: int, tokens: Tokens) -> SamplingParams:
    """How one attempt is drawn; log-probabilities are those of the model itself, as everywhere."""
    return SamplingParams(
        temperature=batch.temperature,
        top_p=batch.top_p,
        max_tokens=batch.max_tokens,
        seed=seed % SEEDS,
        logprobs=0,
        stop=list(tokens.stop),
        stop_token_ids=[tokens.last, *tokens.ends],
        include_stop_str_in_output=True,
        skip_special_tokens=False,
        detokenize=bool(tokens.stop),
    )
