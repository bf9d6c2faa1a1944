"""`headway gap` as a user runs it, on a model that was trained for a second."""

import json

import polars as pl
import pytest

from headway.cli import app
from headway.cli.errors import told
from headway.experiment import read

DOMAIN = "Puzzles(numbers=3, largest=6)"
MODEL = (
    f"Pretrained(domain={DOMAIN}, gold=300, graded=300, epochs=12, batch=16, learning_rate=0.01, width=16, layers=1)"
)
SPEECHLESS = f"Taught(domain={DOMAIN}, gold=200, width=16, train=Draw(updates=20))"


def headway(*arguments):
    """The exit code of a command in this process."""
    try:
        with told():
            app(arguments, result_action="return_value")
    except SystemExit as ended:
        return ended.code or 0
    return 0


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A checkpoint that answers and judges."""
    folder = tmp_path_factory.mktemp("model")
    read(MODEL)(0)["solver"].save(folder)
    return str(folder)


def test_a_model_is_asked_once_and_its_rows_say_the_same_again(model, tmp_path, capsys):
    out, html = tmp_path / "rows.parquet", tmp_path / "gap.html"
    asked = ("--tasks", DOMAIN, "--tasks", "Puzzles(numbers=3, largest=5)", "--ask", "verdict", "--ask", "likelihood")
    assert headway("gap", model, *asked, "-n", "20", "--out", str(out), "--html", str(html), "--json") == 0
    said = capsys.readouterr()
    assert "will take about 320 attempts" in said.err
    first = json.loads(said.out)
    named = [(one["domain"], one["judge"]) for one in first["findings"]]
    assert named == [(name, ask) for name in asked[1:4:2] for ask in ("verdict", "likelihood")]
    assert first["estimated"]["attempts"] == first["took"]["attempts"] == 320
    assert first["took"]["tokens"] == pl.read_parquet(out)["tokens"].sum()
    assert html.read_text().startswith("<!doctype html>")
    assert headway("gap", str(out), "--verdict", "verdict", "--verdict", "likelihood", "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert again["findings"] == first["findings"]


def test_a_plan_asks_the_pilot_alone(model, capsys):
    assert headway("gap", model, "--tasks", DOMAIN, "-n", "40", "--plan", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["estimated"]["attempts"] == 320
    assert "took" not in said.err


def test_another_model_judges(model, capsys):
    assert headway("gap", model, "--tasks", DOMAIN, "--judge", MODEL, "-n", "10", "--json") == 0
    assert [one["judge"] for one in json.loads(capsys.readouterr().out)["findings"]] == [f"verdict by {MODEL}"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((SPEECHLESS, "--tasks", DOMAIN, "-n", "8"), "no verdict format"),
        (("MODEL",), "asked with --tasks"),
        (("MODEL", "--tasks", "riddles"), "'riddles' is not known"),
        (("MODEL", "--tasks", DOMAIN, "--ask", "politely"), "Opinion.ask is 'politely'"),
        (("MODEL", "--tasks", DOMAIN, "--attempts", "1"), "nothing to choose among"),
        (("MODEL", "--tasks", DOMAIN, "--temperature", "0"), "greedy attempts are all alike"),
        (("MODEL", "--tasks", DOMAIN, "--truth", "gold"), "fields of saved rows"),
        (("MODEL", "--tasks", DOMAIN, "--out", "rows.csv"), "a .parquet file"),
        (("http://localhost:1/v1", "--tasks", DOMAIN), "#MODEL"),
        (("Tool(domain=Puzzles())", "--tasks", DOMAIN), "is no model"),
        (("no/such/folder/at/all", "--tasks", DOMAIN), "no/such/folder"),
        (("no/such.jsonl",), "is not a file"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments, sentence, model, capsys):
    assert headway("gap", *(model if one == "MODEL" else one for one in arguments)) == 64
    assert sentence in " ".join(capsys.readouterr().err.split())
