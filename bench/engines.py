"""What it costs to have work done elsewhere: rollouts handed over, and sampling by two processes instead of one.

The hand-over is measured alone: workers give back rollouts of 600 characters that they need not think of, so what is
timed is cutting, packing, sending, committing, fetching and putting back in order. Processes wait for each other, so it
is the wall clock that counts: the best of several turns, and of sampling, where one turn may take half as long again as
another on a virtual machine, the median of turns that alternate. Run it on a machine that does nothing else.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.canned import LETTERS, canned
from bench.rows import Row
from headway.domains import Puzzles
from headway.engine import Engine, Inline, Pool, Scheduler, Store
from headway.policy.tiny import Tiny
from headway.seams import Carrier, carry_out

ROLLOUTS, TURNS, SAMPLINGS = 10_000, 3, 9
POOL_MAY, RAY_MAY = 0.5, 1.5
"""Seconds over in-process that 10,000 rollouts may cost."""


@contextmanager
def begun(name: str, work, workers: int) -> Iterator[Scheduler]:
    """A warm engine on a store in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        engine = _engine(name, work, Store(Path(folder)), workers)
        while engine.capacity().free < workers:
            engine.poll(0.1)
        try:
            yield Scheduler(engine)
        finally:
            engine.close()


def _engine(name: str, work, store: Store, workers: int) -> Engine:
    if name == "ray":
        from headway.engine.on_ray import OnRay

        return OnRay(work, store, workers)
    return Pool(work, store, workers) if name == "pool" else Inline(work, store)


def handed_over(scheduler: Scheduler, policy: Tiny, seed: int) -> float:
    """Seconds of `Remote.sample` for all rollouts."""
    carrier = Carrier(scheduler)
    prompts = [f"a prompt of some length, number {index % 625}: {LETTERS[:160]}" for index in range(ROLLOUTS)]
    remote = carrier.policy(policy)
    seeds = np.arange(ROLLOUTS, dtype=np.uint64) + np.uint64(seed * ROLLOUTS)
    began = time.perf_counter()
    written = remote.sample(prompts, seeds, temperature=1.0, top_p=1.0, max_tokens=200)
    seconds = time.perf_counter() - began
    assert written.texts[7] == f"{LETTERS}{seeds[7]}"
    carrier.settle()
    return seconds


def hand_over(name: str, workers: int = 2) -> float:
    """The best of several turns, the first of which is not counted [s]."""
    policy = Tiny.create([*"abcdefghijklmnopqrstuvwxyz ,:0123456789"], seed=0)
    with begun(name, canned, workers) as scheduler:
        return min([handed_over(scheduler, policy, turn) for turn in range(TURNS + 1)][1:])


def sampled(workers: int) -> tuple[float, float]:
    """Seconds of sampling in this process and on a pool, the median of turns that alternate."""
    domain = Puzzles()
    policy = Tiny.create(domain.pieces, seed=0, width=64, rotary=(True,) * 4)
    prompts = [prompt for prompt in domain.tasks(512, 0).prompts for _ in range(16)]
    options = {"temperature": 1.0, "top_p": 1.0, "max_tokens": 24}
    here, there = [], []
    with begun("pool", carry_out, workers) as scheduler:
        carrier = Carrier(scheduler)
        remote = carrier.policy(policy)
        for turn in range(SAMPLINGS + 1):
            seeds = np.arange(len(prompts), dtype=np.uint64) + np.uint64(turn * len(prompts))
            began = time.perf_counter()
            alone = policy.sample(prompts, seeds, **options)
            here.append(time.perf_counter() - began)
            began = time.perf_counter()
            shared = remote.sample(prompts, seeds, **options)
            there.append(time.perf_counter() - began)
            assert (np.asarray(shared.logprob) == alone.logprob).all() and shared.texts == alone.texts
    return float(np.median(here[1:])), float(np.median(there[1:]))


def measure() -> list[Row]:
    """Hand-over on each engine beside what it may cost; sampling on two processes beside one."""
    inline = hand_over("inline", 1)
    here, there = sampled(2)
    engines = {"pool": POOL_MAY} | ({"ray": RAY_MAY} if find_spec("ray") else {})
    rows = []
    for name, may in engines.items():
        took = hand_over(name)
        note = f"{took:.2f} s, through the same seams in-process {inline:.2f} s; start-up apart"
        rows.append(Row(f"10,000 rollouts handed over on {name}: may cost, costs", may, took, "s", 1.0, note))
    note = f"{8192 / there:,.0f} and {8192 / here:,.0f} attempts a second, equal bits; busy machines show less"
    return [*rows, Row("sampling on a pool of two beside one process", here, there, "s, less is better", 1.8, note)]


if __name__ == "__main__":
    for row in measure():
        print(row.name, f"{row.ours:.2f} {row.peer:.2f} ratio {row.ratio:.2f} wanted {row.target}", row.note)
