"""`headway values` and `headway horizon` as a user runs them, on models that were trained for seconds."""

import json

import polars as pl
import pytest

from headway.cli import app
from headway.cli.errors import told
from headway.experiment import read

GOODS = "Goods(listed=12, lotteries=3)"
JUDGE = f"Pretrained(domain={GOODS}, gold=400, graded=0, epochs=3, batch=16, learning_rate=0.01, width=16, layers=1)"
EASY = "Puzzles(numbers=3, largest=6)"
WRITER = f"Pretrained(domain={EASY}, gold=200, graded=200, epochs=8, batch=16, learning_rate=0.01, width=16, layers=1)"
LOOKUPS = "Lookups(keys=4, turns=4, lowest=1, highest=1)"
CLERK = f"Pretrained(domain={LOOKUPS}, gold=2, graded=0, epochs=1, width=16, layers=1)"


def headway(*arguments):
    """The exit code of a command in this process."""
    try:
        with told():
            app(arguments, result_action="return_value")
    except SystemExit as ended:
        return ended.code or 0
    return 0


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    """A checkpoint that chooses between outcomes."""
    folder = tmp_path_factory.mktemp("judge")
    read(JUDGE)(0)["solver"].save(folder)
    return str(folder)


def test_a_judge_is_audited_and_its_cost_was_said_before(judge, tmp_path, capsys):
    out, html = tmp_path / "choices.parquet", tmp_path / "values.html"
    assert headway("values", judge, "--outcomes", GOODS, "--out", str(out), "--html", str(html), "--json") == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    rows = pl.read_parquet(out)
    assert found["price"]["questions"] == rows["task"].n_unique()
    assert f"will ask {found['price']['questions']:,} questions" in said.err
    assert list(found["arms"]) == ["real", "numbers", "nonsense"]
    assert found["unread"] == 0.0 and len(found["ranked"]) == 15
    assert found["arms"]["real"]["accuracy"]["n"] <= found["arms"]["real"]["confidence"]["n"]
    assert html.read_text().startswith("<!doctype html>")
    assert headway("values", judge, "--outcomes", GOODS) == 0
    assert "above floor" in " ".join(capsys.readouterr().out.split())


def test_a_plan_asks_nothing(capsys):
    assert headway("values", "http://localhost:1/v1#nobody", "--ask", "replies", "--plan", "--json") == 0
    price = json.loads(capsys.readouterr().out)["price"]
    assert price["replies"] == 10 * price["questions"]
    assert headway("horizon", "http://localhost:1/v1#nobody", "--plan", "--json") == 0
    assert json.loads(capsys.readouterr().out)["price"]["replies"] > 0


def test_own_answers_are_set_beside_another_models(judge, capsys):
    from headway.cast import Cast
    from headway.cli.values import Own, of_own

    own = of_own(Own(WRITER.replace("200", "150"), EASY, 30, "verdict"), Cast({"solver": read(WRITER)(0)["solver"]}), 0)
    assert own.favour.bias is None or -1.0 <= own.favour.bias.value <= 1.0


def test_a_plan_is_executed_by_any_model_that_reads_messages(tmp_path, capsys):
    out, html = tmp_path / "turns.parquet", tmp_path / "horizon.html"
    clerk = tmp_path / "clerk"
    clerk.mkdir()
    read(CLERK)(0)["solver"].save(clerk)
    asked = ("--turns", "4", "-n", "3", "--keys", "4", "--lowest", "1", "--highest", "1", "--max-tokens", "4")
    assert headway("horizon", str(clerk), *asked, "--out", str(out), "--html", str(html), "--json") == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert found["price"]["replies"] == pl.read_parquet(out).height
    assert set(found["by_turn"]) == {"1", "2", "3", "4"} and found["horizon"]["turns"]["n"] == 3
    assert html.read_text().startswith("<!doctype html>")
    assert headway("horizon", str(clerk), *asked) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Length alone" in shown and "Errors alone" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("values", "JUDGE"), "no piece for"),
        (("values", "JUDGE", "--outcomes", "Puzzles()"), "holds no outcomes"),
        (("values", "JUDGE", "--outcomes", "no.jsonl"), "there is no file"),
        (("values", "JUDGE", "--framing", "politely"), "Sentences.framing is 'politely'"),
        (("values", "JUDGE", "--ask", "gently"), "--ask is 'gently'"),
        (("values", "JUDGE", "--tasks", "addition"), "belong together"),
        (("values", "JUDGE", "--outcomes", GOODS, "--out", "rows.csv"), "a .parquet file"),
        (("horizon", "JUDGE", "--turns", "2"), "turns"),
        (("horizon", "JUDGE", "--form", "song"), "Lookups.form is 'song'"),
        (("horizon", "JUDGE", "--success", "1"), "--success is 1"),
        (("horizon", "JUDGE", "--rate", "0.5"), "both ends"),
        (("horizon", "JUDGE"), "no piece for"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments, sentence, judge, capsys):
    assert headway(*(judge if one == "JUDGE" else one for one in arguments)) == 64
    assert sentence in " ".join(capsys.readouterr().err.split())
