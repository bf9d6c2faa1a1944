import numpy as np
import polars as pl
import pytest

from headway.attempts import ATTEMPT_COLUMNS, TASK_COLUMNS, Attempts, SchemaError, Tasks

ROW = {"task": "t", "domain": "d", "level": 1, "prompt": "1+1=", "id": "a", "author": "solver", "text": "2"}


def made(**columns):
    return Attempts.of([{**ROW, **columns}])


def test_the_columns_are_a_contract():
    assert list(TASK_COLUMNS) == ["task", "domain", "level", "prompt", "truth", "traits", "origin"]
    assert list(ATTEMPT_COLUMNS)[7:] == [
        "id", "author", "text", "answer", "tokens", "logprob", "confidence", "finish", "staleness", "verdicts",
        "remarks", "weight",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"logprob": float("nan")}, "'logprob' is nan in row 0; absence is null, never NaN"),
        ({"confidence": 1.5}, "'confidence' is 1.5 in row 0; it must lie in"),
        ({"verdicts": {"tool": -0.1}}, "'verdicts.tool' is -0.1"),
        ({"verdicts": {"tool": float("nan")}}, "'verdicts.tool' is nan"),
        ({"logprob": float("-inf")}, "'logprob' is -inf"),
        ({"level": "hard"}, "'level' holds String, expected Int64"),
        ({"text": None}, "'text' is missing or null in row 0"),
        ({"score": 1.0}, "unknown column 'score'"),
    ],
)
def test_a_bad_table_says_which_column_and_row(columns, said):
    with pytest.raises(SchemaError, match=said.replace("[", r"\[")):
        made(**columns)


def test_rows_must_tell_apart():
    with pytest.raises(SchemaError, match="'a' stands in more than one row"):
        Attempts.of([ROW, ROW])


def test_absent_columns_read_as_null_and_messages_are_prompts():
    table = Attempts.of([{**ROW, "prompt": [{"role": "user", "content": "1+1="}]}])
    assert table["answer"].to_list() == [None]
    assert next(iter(table)).prompt == [{"role": "user", "content": "1+1="}]
    assert table.judges == ()


def test_a_verdict_is_recorded_and_an_unknown_judge_is_an_error():
    table = made().judged("tool", np.array([1.0])).judged("self", pl.Series([None], dtype=pl.Float64))
    assert table.judges == ("tool", "self")
    assert table.verdict("self").to_list() == [None]
    with pytest.raises(KeyError, match="no judge named 'user' has spoken"):
        table.verdict("user")


def test_joining_leaves_a_judge_that_did_not_speak_null():
    first, second = made().judged("tool", np.array([1.0])), made(id="b").judged("self", np.array([0.5]))
    joined = Attempts.join([first, second])
    assert joined.verdict("tool").to_list() == [1.0, None]
    assert joined.verdict("self").to_list() == [None, 0.5]


def test_kept_is_what_has_a_weight_also_a_negative_one():
    table = Attempts.of([{**ROW, "id": name} for name in "abc"]).weighing(np.array([1.0, 0.0, -1.0]))
    assert table.kept["id"].to_list() == ["a", "c"]


def test_a_table_survives_parquet(tmp_path):
    table = made(traits={"k": 1}).judged("tool", np.array([1.0]))
    table.frame.write_parquet(tmp_path / "attempts.parquet")
    assert Attempts(pl.read_parquet(tmp_path / "attempts.parquet")).frame.equals(table.frame)


def test_tasks_take_no_columns_of_attempts():
    with pytest.raises(SchemaError, match="unknown column 'text'"):
        Tasks(pl.DataFrame([{name: ROW[name] for name in ("task", "domain", "level", "prompt", "text")}]))
