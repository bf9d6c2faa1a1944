"""The guarded loop on a language model, by changing its start alone: to the end, and on from where it was stopped."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from headway.domains import File
from headway.experiment import Experiment, changed, read, recorded, resumed, text
from headway.journal import read_run
from headway.policy import load
from headway.presets import guarded
from headway.stages import Round
from headway.start import LanguageModel

CHECKER = "def check(prompt, truth, answer):\n    return len(answer) % 2 == 0\n"
"""Something that half of what a random model writes happens to satisfy."""


def experiment(model: Path, folder: Path) -> Experiment:
    rows = [
        {"prompt": [{"role": "user", "content": f"{a} + {b}?"}], "answer": str(a + b)}
        for a in range(6)
        for b in range(6)
    ]
    (folder / "sums.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "checker.py").write_text(CHECKER)
    domain = File(str(folder / "sums.jsonl"), f"{folder / 'checker.py'}:check", held_out=0.3)
    start = LanguageModel(str(model), lora=4, number="float32", workers=0)
    small = changed(
        replace(guarded(domain, gold=8, graded=4), start=start, rounds=2),
        {
            "propose.tasks": 12,
            "sample.attempts": 4,
            "sample.max_tokens": 6,
            "train.epochs": 1,
            "train.batch": 16,
            "measure.tasks": 8,
            "measure.sample.attempts": 16,
            "measure.sample.max_tokens": 6,
        },
    )
    assert read(text(small)) == small
    return small


def test_a_run_that_was_stopped_ends_as_one_that_was_not(folder: Path, tmp_path: Path) -> None:
    planned = experiment(folder, tmp_path)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    digests: dict[str, list[str]] = {"whole": [], "stopped": []}

    def walked(name: str, turns: Iterator[Round]) -> None:
        for turn in turns:
            assert not turn.refused, turn.refused
            if turn.stage == "cast" and turn.cast is not None:
                digests[name].append(turn.cast["solver"].digest())
            if name == "stopped" and turn.index == 2 and turn.stage == "attempts":
                return

    walked("whole", recorded(planned, whole))
    walked("stopped", recorded(planned, stopped))
    assert len(read_run(stopped).history) == 2
    for turn in resumed(stopped):
        if turn.stage == "cast" and turn.cast is not None:
            digests["stopped"].append(turn.cast["solver"].digest())
    assert digests["whole"] == digests["stopped"] and len(set(digests["whole"])) == 3
    one, other = read_run(whole), read_run(stopped)
    for left, right in zip(one.history, other.history, strict=True):
        assert left.exam.frame.equals(right.exam.frame)  # type: ignore[union-attr]
        assert left.ruling == right.ruling
    assert (one.history[1].attempts["domain"] == "verdicts").any()  # type: ignore[index]
    assert load(whole / "best" / "solver").digest() in digests["whole"]
