"""Files of Argilla and Label Studio: out, in again, and what they themselves write."""

import json
from pathlib import Path

import polars as pl
import pytest
from made_run import run

from headway.cli import app
from headway.cli.errors import told
from headway.journal import read_run
from headway.people import read_log, standing
from headway.review import LOG, Recorder, queued
from headway.review.exchange import argilla, label_studio, take_in, taken_from
from headway.review.exchange.taken import ExchangeError
from headway.review.recording import answered

FIXTURES = Path(__file__).parent / "fixtures"
TOOLS = ["argilla", "label-studio"]


def headway(*arguments):
    try:
        with told():
            app(arguments, result_action="return_value")
    except SystemExit as ended:
        return ended.code or 0
    return 0


@pytest.fixture
def folder(run_folder):
    """A run of which two people answered some."""
    folder = run_folder
    queue = queued(folder, items=12)
    recorder = Recorder(folder / LOG, queue.run)
    said = (
        ("anna", "accept"),
        ("anna", "reject"),
        ("anna", "correct"),
        ("ben", "reject"),
        ("ben", "correct"),
        ("ben", "skip"),
    )
    for place, (who, what) in enumerate(said):
        after = f"It is {place}.\n\u202e \U0001f600" if what == "correct" else None
        recorder.add([answered(queue.run, queue.items[place % 4], who, what, after=after)])
    recorder.take_back("anna", {queue.items[1].key})
    return folder


def stands(folder):
    """What stands in a folder's log, without when and how it came there; a skip is no word."""
    return {(one.who, one.key, one.said, one.after, one.kind) for one in standing(read_log(folder / LOG))}


@pytest.mark.parametrize("tool", TOOLS)
def test_out_and_in_again(folder, tmp_path, tool, capsys):
    path = str(tmp_path / "items.json")
    assert headway("review", "export", str(folder), "--to", path, "--format", tool, "--items", "12") == 0
    assert len(json.loads(Path(path).read_text())) == 12
    before = stands(folder)
    assert headway("review", "import", str(folder), path) == 0
    assert "0 answers added" in capsys.readouterr().out  # the same answers are not taken twice
    assert stands(folder) == before
    (folder / LOG).rename(tmp_path / "away")
    assert headway("review", "import", str(folder), path, "--json") == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert stands(folder) == {one for one in before if tool != "argilla" or one[2] != "skip"}
    assert found["added"] == len(stands(folder)) and found["unknown"] == []
    assert {one.how for one in read_log(folder / LOG)} == {tool}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_the_tools_themselves_write(tmp_path, tool):
    """Argilla 2.8.0 wrote one; the other is by hand, in the shape that Label Studio documents for its JSON export."""
    rows = json.loads((FIXTURES / f"{tool}.json").read_text())
    found = taken_from(rows, "fixture")
    assert [(one.who, one.said, one.after) for one in found] == [
        ("anna", "accept", None),
        (
            "ben@example.org" if tool == "label-studio" else "5d3e1f0a-1c5f-4f7b-9d1e-0a1b2c3d4e5f",
            "correct",
            "4 it is.",
        ),
        ("label-studio user 7", "skip", None) if tool == "label-studio" else ("anna", "reject", None),
    ][: len(found)]
    assert len(found) == 3


def test_unknown_attempts_are_counted_and_named(folder, capsys, tmp_path):
    queue = queued(folder, items=8)
    rows = argilla.records(
        queue.items, [answered(queue.run, item, "cara", "accept") for item in queue.items], queue.run
    )
    for place, row in enumerate(rows[:6]):
        row["id"] = f"attempts.0009.gone{place}"
    rows[6]["fields"]["attempt"] = "another text"
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(rows))
    assert headway("review", "import", str(folder), str(path)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 answer added; 6 answers left out: the run has no attempt attempts.0009.gone0, " in said
    assert "attempts.0009.gone4 and 1 more; 1 answer left out: the run has another text for attempts.0001." in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("{}", "is not a list of objects, as Argilla and Label Studio export them"),
        ('[{"prompt": "2+2", "verdict": "accept"}]', "export JSON, not JSON-MIN or CSV"),
        (
            '[{"id": "x", "fields": {}, "responses": {"verdict": "accept"}}]',
            "does not have the shape that its tool exports",
        ),
        ('[{"data": {}, "annotations": [7]}]', "does not have the shape that its tool exports"),
    ],
)
def test_a_file_that_is_neither_is_a_sentence(folder, tmp_path, content, said, capsys):
    path = tmp_path / "file.json"
    path.write_text(content)
    assert headway("review", "import", str(folder), str(path)) == 64
    assert said in " ".join(capsys.readouterr().err.split())


def test_answers_about_another_run_are_refused_whole(folder, tmp_path):
    other = queued(run(tmp_path / "other", seed=4), items=4)
    rows = label_studio.tasks(other.items, [answered(other.run, other.items[0], "cara", "accept")], other.run)
    mine = queued(folder).run
    with pytest.raises(ExchangeError, match=f"is about the run {other.run}, and this run is {mine}"):
        take_in(taken_from(rows, "rows"), read_run(folder), Recorder(folder / LOG, mine))


def test_the_log_as_parquet(folder, tmp_path):
    path = tmp_path / "answers.parquet"
    assert headway("review", "export", str(folder), "--to", str(path)) == 0
    found = pl.read_parquet(path)
    lines = read_log(folder / LOG)
    assert found["id"].to_list() == [one.id for one in lines]
    assert found.filter("stands").height == len(standing(lines)) == 5
    assert found["when"].dtype == pl.Datetime("us", "UTC") and found["when"].is_sorted()
    assert found["half"].unique().to_list() == ["train"] and found["trains"].all()
    assert headway("review", "export", str(folder), "--to", str(path)) == 64  # nothing is written over


def test_show_says_what_the_answers_are_worth(folder, capsys):
    assert headway("review", "show", str(folder)) == 0
    said = capsys.readouterr().out
    assert "right by the controls" in said or "no random control is answered" in said
    assert "lines=7" in said and 'half="train"' in said and 'half="gate"' not in said
    assert headway("review", "show", str(folder), "--json") == 0
    assert json.loads(capsys.readouterr().out)["people"] == {"anna": 2, "ben": 3}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "/nowhere"), "/nowhere is not a run folder"),
        (("/nowhere",), "/nowhere is not a run folder"),
        (("import", "RUN", "/nowhere.json"), "/nowhere.json does not exist; name the JSON file"),
        (("export", "RUN", "--to", "/tmp/x.json"), "give --format argilla, label-studio or parquet"),
        (("RUN", "--items", "0"), "--items is 0; allowed: a whole number of at least 1"),
        (("RUN", "--round", "7"), "has no attempts by the model in round 7"),
    ],
)
def test_wrong_use_ends_in_a_sentence(folder, arguments, said, capsys):
    assert headway("review", *(str(folder) if one == "RUN" else one for one in arguments)) == 64
    assert said in " ".join(capsys.readouterr().err.split())
