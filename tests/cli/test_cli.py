"""The commands as a user runs them, on a loop small enough for seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from headway.cli import app
from headway.cli.errors import told
from headway.cli.fields import changes_of, experiment_named
from headway.domains import Addition, File, Puzzles
from headway.start import Checkpoint

SMALL = (
    "--start", 'Pretrained(domain=Puzzles(numbers=3, largest=6), gold=200, graded=50, epochs=2, width=16, layers=1)',
    "--select.gold", "200", "--select.graded", "50", "--propose.tasks", "20", "--sample.attempts", "4",
    "--measure.tasks", "20", "--measure.sample.attempts", "16", "--rounds", "1",
)  # fmt: skip


def headway(*arguments):
    """The exit code of a command in this process."""
    try:
        with told():
            app(arguments, result_action="return_value")
    except SystemExit as ended:
        return ended.code or 0
    return 0


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    domain = "Puzzles(numbers=3, largest=6)"
    assert headway("run", "guarded", "--domain", domain, *SMALL, "--out", str(folder)) == 0
    return folder


def test_run_show_and_report(run_folder, capsys):
    assert (run_folder / "report.html").read_text().startswith("<!doctype html>")
    assert headway("show", str(run_folder), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [turn["round"] for turn in shown["rounds"]] == [0, 1]
    assert shown["finished"]
    assert len(shown["hash"]) == 64
    assert set(shown["rounds"][0]["estimates"]["accuracy"]) == {"value", "low", "high", "n"}
    assert headway("report", str(run_folder), "--out", str(run_folder / "again.html"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["report"].endswith("again.html")


def test_stages_one_by_one_on_an_engine_are_the_same_run(run_folder, tmp_path, capsys):
    folder = tmp_path / "second"
    domain = "Puzzles(numbers=3, largest=6)"
    beginning = ("run", "guarded", "--domain", domain, *SMALL, "--out", str(folder), "--stages", "3")
    assert headway(*beginning, "--engine", "inline") == 0
    capsys.readouterr()
    assert headway("resume", str(folder), "--engine", "inline", "--ahead", "--json") == 0
    capsys.readouterr()
    hashes = []
    for one in (folder, run_folder):
        headway("show", str(one), "--json")
        hashes.append(json.loads(capsys.readouterr().out)["hash"])
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "guarded", "--engine", "slurm"), "no engine 'slurm'; name one of inline, pool"),
        (("run", "collapse", "--engine", "pool"), "--engine belongs to a run"),
        (("run", "guarded", "--ahead"), "give --engine pool as well"),
        (("run", "guarded", "--engine", "pool", "--accelerators", "1", "--plan"), "only workers on a Ray cluster"),
    ],
)
def test_engines_that_cannot_be(arguments, said, tmp_path, capsys):
    assert headway(*arguments, "--out", str(tmp_path / "run")) == os.EX_USAGE
    assert said in " ".join(capsys.readouterr().err.split())


def test_audit_of_a_run_folder(run_folder, capsys):
    assert headway("audit", str(run_folder), "--json") in (0, 1, 3)
    found = json.loads(capsys.readouterr().out)
    assert found["log"]["reader"] == "headway run folder"
    assert (found["log"]["columns"]["reward"], found["log"]["columns"]["gold"]) == ("verdicts.tool", "verdicts.tool")
    frames = [pl.read_parquet(path) for path in sorted(run_folder.glob("rounds/*/exam.parquet"))]
    assert found["log"]["rollouts"] == sum(frame.height for frame in frames)
    right = frames[0].select(pl.col("verdicts").struct.field("tool").mean()).item()
    (accuracy,) = (row for row in found["timeline"] if row["measure"] == "accuracy" and row["step"] == 0)
    assert accuracy["value"] == pytest.approx(right)


STANDARDS = """
[test]
alpha = 0.1
""" + "".join(
    f"""
[[standard]]
id = "{metric}"
protects = "who asks"
owner = "the course"
measures = "{metric}"
margin = {margin}
level = "must"
evidence = "tool"
"""
    for metric, margin in (("accuracy", 0.9), ("pass@4", 0.0001))
)


def test_a_ledger_is_ruled_again_under_other_standards(tmp_path, capsys):
    """Standards that nothing can be shown to hold roll back what the run's own gate let stand."""
    path, run_folder = tmp_path / "standards.toml", tmp_path / "run"
    path.write_text(STANDARDS)
    small = (*SMALL, "--select.inner", "Random()")
    assert headway("run", "closed", "--domain", "Puzzles(numbers=3, largest=6)", *small, "--out", str(run_folder)) == 0
    assert headway("govern", str(run_folder)) == 64
    assert "was gated by Always, which has no standards" in " ".join(capsys.readouterr().err.split())
    assert headway("govern", str(run_folder), "--standards", str(path)) == 64
    assert "nobody has signed" in " ".join(capsys.readouterr().err.split())
    assert headway("govern", "sign", str(path), "--by", "Ada") == 0
    capsys.readouterr()
    before = sorted(str(one) for one in run_folder.rglob("*"))
    assert headway("govern", str(run_folder), "--standards", str(path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(str(one) for one in run_folder.rglob("*")) == before
    assert found["rounds"][1]["would"]["action"] == "roll back", found["rounds"][1]
    assert found["rounds"][1]["would"]["by"].startswith("Ada, ")
    assert "pass@4" in found["rounds"][1]["would"]["flips"]
    assert headway("govern", str(run_folder), "--standards", str(path)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "standards: Ada, " in said


def test_a_round_that_was_never_trained_is_ruled_on_by_nobody(run_folder, capsys):
    """The run's own governor again: what it says now is what it said then, refused rounds included."""
    assert headway("govern", str(run_folder), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["would"]["keep"] for one in found["rounds"]] == [one["ruled"]["keep"] for one in found["rounds"]]
    assert found["parted"] is None


def test_the_same_command_goes_on_and_another_experiment_is_refused(run_folder, capsys):
    domain = "Puzzles(numbers=3, largest=6)"
    assert headway("run", "guarded", "--domain", domain, *SMALL, "--out", str(run_folder)) == 0
    capsys.readouterr()
    assert headway("run", "closed", "--domain", domain, *SMALL, "--out", str(run_folder)) == 64
    assert "headway:" in capsys.readouterr().err


def test_resume_with_more_rounds(run_folder, capsys):
    assert headway("resume", str(run_folder), "--rounds", "2", "--json") in (0, 3)
    assert json.loads(capsys.readouterr().out)["planned"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "gaurded"), 64, "nothing named 'gaurded' to run"),
        (("run", "guarded", "--train.epochs", "two"), 64, "Fit.epochs is 'two'; allowed: a whole number"),
        (("run", "guarded", "--train.epochs"), 64, "--train.epochs needs a value"),
        (("run", "guarded", "--domain", "sums"), 64, "domain 'sums' is not known; name one of puzzles, addition"),
        (("run", "guarded", "--seeds", "3"), 64, "--seeds belongs to a study"),
        (("run", "collapse", "--colour", "red"), 64, "the study collapse has no field 'colour'"),
        (("show", "/nowhere"), 64, "/nowhere is not a run folder"),
    ],
)
def test_wrong_arguments_end_in_a_sentence(arguments, code, said, capsys):
    assert headway(*arguments) == code
    assert said in " ".join(capsys.readouterr().err.split())


def test_help_loads_no_torch():
    code = (
        "import sys\nfrom headway.cli import app\n"
        "for command in ([], ['run'], ['resume'], ['models'], ['export'], ['govern'], ['review']):\n"
        "    app([*command, '--help'], result_action='return_value')\n"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "Any field of the experiment can be set by its path" in done.stdout


def test_fields_from_a_toml_file_and_the_command_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'preset = "closed"\ndomain = "addition"\nrounds = 3\ngate = "Governor()"\n'
        "[select.inner]\nkeep = 2\n[measure]\nks = [1, 8]\n"
    )
    experiment = experiment_named(str(path), None, None, changes_of(["--select.inner.keep=3"]))
    assert experiment.loop.propose.domain == Addition(1, 2)
    assert (experiment.rounds, experiment.loop.select.inner.keep, experiment.loop.measure.ks) == (3, 3, (1, 8))


def test_a_file_of_prompts_is_a_domain(tmp_path):
    path = tmp_path / "sums.jsonl"
    path.write_text("".join(f'{{"prompt": "{a}+{b}=", "answer": "{a + b}"}}\n' for a in range(20) for b in range(20)))
    experiment = experiment_named("guarded", str(path), None, {"start.gold": "200", "start.graded": "50"})
    assert experiment.loop.propose.domain == File(str(path))
    assert experiment_named("guarded", "Puzzles(numbers=5)", None, {}).loop.propose.domain == Puzzles(numbers=5)


def test_weights_out_and_in_again(run_folder, tmp_path, capsys):
    """Out of a run, and in again as a checkpoint that a run can start from, with the same bits."""
    assert headway("export", str(run_folder), "--to", str(tmp_path / "out"), "--json") == 0
    checkpoint = Path(json.loads(capsys.readouterr().out)["checkpoint"])
    assert headway("import", str(tmp_path / "out"), "--to", str(tmp_path / "in")) == 0
    assert (tmp_path / "in" / "model.safetensors").read_bytes() == (checkpoint / "model.safetensors").read_bytes()
    assert Checkpoint(str(tmp_path / "in"))(seed=0)["solver"].digest()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out"]
    capsys.readouterr()
    assert headway("export", str(run_folder), "--to", str(tmp_path / "out")) == 64
    assert "exists already" in capsys.readouterr().err
    assert headway("export", str(tmp_path), "--to", str(tmp_path / "new")) == 64
    assert "holds no saved policy of the role 'solver'" in " ".join(capsys.readouterr().err.split())
    assert headway("export", str(run_folder), "--to", "/proc/nowhere/out") == 73


def test_models_are_listed_and_an_unknown_one_is_a_sentence(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWAY_CACHE", str(tmp_path))
    assert headway("models", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    assert {(one["licence"], one["folder"]) for one in listed} == {("Apache-2.0", None), ("MIT", None)}
    assert headway("models", "fetch", "gpt-9") == 64
    assert "there is no model named 'gpt-9' to fetch" in " ".join(capsys.readouterr().err.split())
