"""One round of length climbing by the public code of arXiv:2502.01612, and one of ours: equal network, equal numbers.

    git clone https://github.com/JackCai1206/arithmetic-self-improve CLONE
    python -m bench.lengths_public CLONE --python ITS_ENVIRONMENT/bin/python

The clone runs in an environment of its own, with the versions that its README names (no flash-attn is needed on a
processor). Both copy strings of 1 to 10 digits with two layers of width 64 without positions. First each trains its
first model; then comes the round that is timed: load that model, train on labelled and self-made strings, 64 a batch,
and answer new strings of 12 digits greedily. Times are processor seconds of one thread. What the public code
takes to import and to build its data is given apart; its exam between is switched off, and ours is left out.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is loaded, here and in the clone

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from headway.domains import Strings
from headway.sample import Each
from headway.select import All, Mixture
from headway.stages import State
from headway.start import Taught
from headway.train import Draw, Fit

ROWS, LABELLED, AT_FIRST = 64, 30_000, 500
DRIVER = """
import json, runpy, sys, time
sys.path.insert(0, ".")
import lib.data_utils as data
from transformers import Trainer
made, spent = data.data_generator, {}
def data_generator(*given, noisy_difficulty=None, **named):  # its caller names this, and it does not take it
    yield from made(*given, **named)
data.data_generator = data_generator
def timed(name):
    inner = getattr(Trainer, name)
    def call(self, *given, **named):
        begun = time.process_time()
        found = inner(self, *given, **named)
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
        return found
    setattr(Trainer, name, call)
timed("train"); timed("predict")
runpy.run_path("run_self_improve.py", run_name="__main__")
print("SPENT " + json.dumps(spent))
"""
"""Runs the clone's own script and times its two calls of the trainer; nothing else of it is changed."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path, nargs="?", help="a clone of JackCai1206/arithmetic-self-improve")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the clone's environment")
    parser.add_argument("--updates", type=int, default=200, help="batches that the round trains")
    parser.add_argument("--examples", type=int, default=1200, help="strings that the round answers")
    asked = parser.parse_args()
    if asked.clone is None or not (asked.clone / "run_self_improve.py").exists():
        sys.exit(
            f"{asked.clone or 'the folder of the clone'} holds no run_self_improve.py; clone "
            "https://github.com/JackCai1206/arithmetic-self-improve and give its folder"
        )
    public(asked, 0)
    theirs, whole = public(asked, 1)
    ours = round_of_ours(asked.updates, asked.examples)
    print(f"a round of {asked.updates} batches of {ROWS} strings and {asked.examples} answers [processor s]")
    print(f"{'':8} {'train':>8} {'answer':>8} {'both':>8} {'whole process':>14}")
    print(f"{'ours':8} {ours[0]:8.1f} {ours[1]:8.1f} {sum(ours):8.1f}")
    print(f"{'public':8} {theirs[0]:8.1f} {theirs[1]:8.1f} {sum(theirs):8.1f} {whole:14.1f}")
    print(f"public / ours {sum(theirs) / sum(ours):.2f}")


def public(asked: argparse.Namespace, index: int) -> tuple[tuple[float, float], float]:
    """A round of the public code: training, answering, and its whole process [processor s]."""
    command = [asked.python, "-c", DRIVER, *arguments(index, asked.updates, asked.examples)]
    quiet = {"WANDB_MODE": "disabled", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, cwd=asked.clone, env=os.environ | quiet, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        sys.exit(f"the public code ended with an error in round {index}:\n{ran.stderr[-2000:]}")
    spent = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith("SPENT "))[6:])
    return (spent["train"], spent["predict"]), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def arguments(index: int, updates: int, examples: int) -> list[str]:
    """Its script for copying, with another size, on a processor and without exams in between."""
    schedule = {"num_stable_steps": 300, "num_decay_steps": 150, "min_lr_ratio": 0.01}
    fields = {
        "seed": 42,
        "architecture": "llama",
        "from_pretrained": False,
        "hidden_size": 64,
        "intermediate_size": 192,
        "num_attention_heads": 4,
        "num_layers": 2,
        "max_position_embeddings": 1024,
        "rope_theta": "Inf",
        "num_workers": 0,
        "ignore_data_skip": True,
        "use_iterable_dataset": True,
        "num_train": LABELLED,
        "num_eval": 100,
        "n_digits_train": "1,11",
        "op_train": "copy",
        "format_train": "copy",
        "op_dist_train": 1,
        "op_eval": "copy",
        "format_eval": "copy",
        "op_dist_eval": 1,
        "show_task_ids": False,
        "padding_side": "right",
        "num_self_improve_data": examples,
        "self_improve_round": index,
        "resume_from_checkpoint": False,
        "save_total_limit": 1,
        "run_name": "",
        "output_dir": "out",
        "do_train": True,
        "do_eval": True,
        "self_improve_stable_steps": 0,
        "self_improve_decay_steps": updates,
        "max_steps": AT_FIRST,
        "learning_rate": 3e-3,
        "lr_scheduler_type": "warmup_stable_decay",
        "lr_scheduler_kwargs": json.dumps(schedule),
        "adam_beta2": 0.98,
        "adam_epsilon": 1e-12,
        "weight_decay": 0.01,
        "warmup_ratio": 0.1,
        "logging_steps": 100,
        "eval_strategy": "no",
        "predict_with_generate": True,
        "remove_unused_columns": False,
        "per_device_train_batch_size": ROWS,
        "per_device_eval_batch_size": 1024,
        "include_inputs_for_metrics": True,
        "save_steps": AT_FIRST if index == 0 else updates,
        "torch_compile": False,
        "use_cpu": True,
        "report_to": "none",
    }
    told = [f"--{name}={value}" for name, value in fields.items()]
    return [*told, "--dynamic_eval_range", "-4", "11", "2"]


def round_of_ours(updates: int, examples: int) -> tuple[float, float]:
    """The same round by the study's own rooms: training and answering [processor s]."""
    import torch

    torch.set_num_threads(1)
    domain = Strings()
    first = Draw(updates=AT_FIRST, tokens=1024, groups=2, learning_rate=3e-3)
    cast = Taught(domain, first, LABELLED, width=64, heads=4, hidden=192, rotary=(False, False))(0)
    learned = Each(domain, attempts=1, temperature=0.0, max_tokens=16)
    own = learned(cast, domain.at(11, examples, 0), 0)
    rows = Mixture(All(), domain, gold=LABELLED)(own, State(1, 0, cast, ()))
    begun = time.process_time()
    trained = Fit(batch=ROWS, updates=updates, learning_rate=3e-3)(cast, rows.kept, 0)
    between = time.process_time()
    learned(trained, domain.at(12, examples, 1), 0)
    return between - begun, time.process_time() - between


if __name__ == "__main__":
    main()
