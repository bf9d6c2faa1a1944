"""Rows from other people's files, the pilot's estimate, and what is found of both."""

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from headway.attempts import WORLD, Attempts
from headway.cast import Cast, Completions
from headway.domains import File, Puzzles
from headway.measure.filters import Top
from headway.meter import findings, read_rows, rows_of
from headway.meter.asking import Asking, Part, parted, spent
from headway.sample import Each
from headway.verify import Opinion


def lines(tasks=40, attempts=6, knows=0.5, seed=0):
    """Rows as a user would have them: the verdict is above .5 for right attempts as often as it knows."""
    random = np.random.default_rng(seed)
    right = random.random((tasks, attempts)) < 0.3
    said = np.where(random.random((tasks, attempts)) < knows, right, random.random((tasks, attempts)) < 0.5)
    return [
        {"prompt": f"q{task}", "truth": bool(right[task, i]), "verdict": float(said[task, i])}
        for task in range(tasks)
        for i in range(attempts)
    ]


def written(path, rows):
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_plain_rows_are_read_and_a_judge_that_knows_is_told_from_one_that_does_not(tmp_path):
    rows = [row | {"blind": 0.5, "author": "m"} for row in lines()]
    path = written(
        tmp_path / "log.jsonl",
        [*rows, {**rows[0], "truth": None}, {"prompt": "once", **{k: v for k, v in rows[0].items() if k != "prompt"}}],
    )
    read = read_rows(path, opinions=("verdict", "blind"))
    assert read.notes == ("1 attempts without truth are left out", "1 tasks with only one attempt are left out")
    knowing, blind = findings(read, [Top(0.25)])
    assert (knowing.domain, knowing.author, knowing.judge) == ("log", "m", "verdict")
    assert knowing.gap.gap.low > 0.1
    assert blind.gap.gap.value == pytest.approx(0.0)
    assert read_rows(path).opinions == ("verdict",)  # the usual name, where none is given


def test_our_own_table_is_read_with_the_world_as_truth_and_its_own_rows_left_out(tmp_path):
    rows = [
        {
            "task": f"t{i // 4}", "domain": "d", "level": 1, "prompt": "p", "truth": "right answer", "id": str(i),
            "author": WORLD if i == 0 else "solver", "text": "x", "verdicts": {"tool": float(i % 2), "self": i % 2 / 2},
        }
        for i in range(40)
    ]  # fmt: skip
    table = Attempts.of(rows)
    table.frame.write_parquet(tmp_path / "attempts.parquet")
    read = read_rows(tmp_path / "attempts.parquet")
    assert read.opinions == ("self",)
    assert read.frame.height == 39
    assert read.frame["truth"].sum() == 20
    assert findings(read, [Top(0.5)])[0].gap.auc.value == 1.0


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        ([], {}, "no rows"),
        ([{"prompt": "q", "verdict": 0.5}], {}, "no field that says what is right"),
        ([{"prompt": "q", "truth": "Paris", "verdict": 0.5}], {}, "no field that says what is right"),
        ([{"prompt": "q", "truth": 1}], {}, "no opinion to measure"),
        ([{"truth": 1, "verdict": 0.5}], {}, "neither `task` nor `prompt`"),
        ([{"prompt": "q", "truth": 1, "verdict": 7.5}], {}, "row 1: verdict is 7.5"),
        (
            [{"prompt": "q", "truth": None, "correct": None, "verdict": 0.5}, {"prompt": "q", "correct": 1.5}],
            {},
            "row 2",
        ),
        ([{"prompt": str(i), "truth": i % 2, "verdict": 0.5} for i in range(5)], {}, "only one attempt"),
        ([{"prompt": "q", "truth": 1, "verdict": 0.5}], {"truth": "gold"}, "no field of numbers named 'gold'"),
        ([{"prompt": "q", "truth": 1, "verdict": 0.5}], {"opinions": ("truth",)}, "have to be different"),
        ([{"prompt": None, "truth": 1, "verdict": 0.5}], {}, "row 1 has no prompt"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(tmp_path, rows, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_rows(written(tmp_path / "log.jsonl", rows), **options)


def test_rows_are_measured_without_torch(tmp_path):
    path = written(tmp_path / "log.jsonl", lines())
    code = (
        "import sys; from headway.cli import app; "
        f"app(['gap', {str(path)!r}, '--json'], result_action='return_value'); "
        "sys.exit(bool({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["findings"][0]["decision"] == "go"


class Scripted:
    """A policy that answers 1 or 2 by its seed, and calls 1 right."""

    verdict_words = ("yes", "no")

    def sample(self, prompts, seeds, *, temperature, top_p, max_tokens):
        texts = ["1" if seed % 2 else "2" for seed in seeds.tolist()]
        return Completions(texts, [1] * len(texts), [0.0] * len(texts), ["stop"] * len(texts))

    def verdict(self, prompts, answers):
        return [float(answer == "1") for answer in answers]


def asking(tmp_path, rows, **fields):
    domain = File(str(written(tmp_path / "tasks.jsonl", rows)))
    return Asking(domain, Each(domain, 4, 0.7, max_tokens=4), (Opinion(name="verdict"),), **fields)


def test_a_users_file_is_asked_whole_and_in_parts_that_give_the_same_rows(tmp_path, monkeypatch):
    rows = [{"prompt": f"question {i}", "answer": "1"} for i in range(30)]
    one = asking(tmp_path, rows, tasks=30)
    cast = Cast({"solver": Scripted()})
    parts = list(one.parts(cast))
    assert len(parts) == 8
    assert sum(part.tasks for part in parts) == 30  # held out or not
    monkeypatch.setattr("headway.meter.asking.PARTS", 1)
    whole = Attempts.join([part.attempts for part in one.parts(cast)])
    joined = Attempts.join([part.attempts for part in parts])
    assert joined.frame.sort("id").equals(whole.frame.sort("id"))
    assert findings(rows_of(joined, ["verdict"]))[0].worth.decision == "go"


def test_without_answers_there_is_no_truth(tmp_path):
    one = asking(tmp_path, [{"prompt": f"question {i}"} for i in range(20)], tasks=10)
    (part, *_) = one.parts(Cast({"solver": Scripted()}))
    with pytest.raises(ValueError, match="there is no gap without truth"):
        rows_of(part.attempts, ["verdict"])


def test_greedy_or_single_attempts_are_refused():
    domain = Puzzles()
    with pytest.raises(ValueError, match="greedy attempts are all alike"):
        Asking(domain, Each(domain, 4, 0.0), ())
    with pytest.raises(ValueError, match="nothing to choose among"):
        Asking(domain, Each(domain, 1), ())


def test_the_estimate_is_what_the_first_parts_took_and_the_last_of_them_times_the_rest(tmp_path):
    one = asking(tmp_path, [{"prompt": f"question {i}", "answer": "1"} for i in range(42)], tasks=42)
    parts = list(one.parts(Cast({"solver": Scripted()})))
    assert [part.tasks for part in parts[:2]] == [2, 4]
    first, last = Part(parts[0].attempts, 2, 5.0), Part(parts[1].attempts, 4, 2.0)
    cost = one.cost([first, last], 42)
    assert (cost.attempts, cost.tokens, cost.seconds) == (168, 168, 5.0 + 2.0 + 18.0)
    assert spent(parts).attempts == cost.attempts
    assert spent(parts).tokens == cost.tokens


def test_parts_hold_every_task_once():
    for tasks in (2, 7, 39, 40, 500):
        found = parted(tasks, seed=1)
        assert sorted(np.concatenate(found).tolist()) == list(range(tasks))
        assert max(map(len, found[1:])) - min(map(len, found[1:])) <= 1


def test_a_judge_that_was_not_asked_somewhere_has_no_finding_there():
    rows = pl.DataFrame(lines()).rename({"prompt": "task"})
    frame = rows.select("task", truth=pl.col("truth").cast(float), domain=pl.lit("a"), author=pl.lit("m"), x="verdict")
    other = frame.with_columns(domain=pl.lit("b"), x=pl.lit(None, dtype=pl.Float64))
    from headway.meter import Rows

    assert [one.domain for one in findings(Rows(pl.concat([frame, other]), ("x",)), [Top(0.5)])] == ["a"]
