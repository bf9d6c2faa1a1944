"""What people really point an audit at: the good rows are read, the bad ones are counted by file and line."""

import gzip
import json
import os
import pickle
import struct
import zipfile

import polars as pl
import pytest
from foreign_logs import FIXTURES, logs, rollouts_of

from headway.audit.archives import json_member, members
from headway.audit.problems import (
    CUT,
    MENDED,
    NOT_FINITE,
    SAME_FILE,
    UNREADABLE_FILE,
    UNREADABLE_ROW,
    UNRELATED,
    BadFile,
    NothingToAudit,
)
from headway.audit.rows import LONGEST_TEXT


def row(step=1, text="a b", reward=1.0, **more):
    return {"step": step, "prompt": "p", "text": text, "reward": reward, **more}


def lines(path, *rows):
    path.write_bytes(b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in rows))
    return path


def only(path, tmp_path):
    (log,), problems = logs(path, tmp_path / "spool")
    return rollouts_of(log), problems


def places(problems, kind):
    return problems.kinds[kind].places


def test_a_torn_last_line_is_named_and_the_rest_is_read(tmp_path):
    path = lines(tmp_path / "a.jsonl", row(), row(2), b'{"step": 3, "prompt": "p", "te')
    frame, problems = only(path, tmp_path)
    assert frame.height == 2
    (place,) = places(problems, UNREADABLE_ROW)
    assert place.startswith("a.jsonl, line 3: is not JSON")
    assert "the line has no end" in place


def test_rows_of_other_kinds_between_the_good_ones(tmp_path):
    wrong = (row(text={"a": [object.__name__]}), row(reward="high"), {"step": None}, [1, 2], "text", 7, None)
    path = lines(tmp_path / "a.jsonl", row(), *wrong, b"[" * 100_000 + b"\n", row(2, "c"), row(step=10**30))
    frame, problems = only(path, tmp_path)
    assert frame["text"].to_list() == ["a b", "[part]", "c"]
    assert problems.count(UNREADABLE_ROW) == 8
    assert places(problems, UNREADABLE_ROW)[0] == "a.jsonl, line 3: 'reward' holds str \"high\", expected a number"


def test_rewards_that_are_not_finite_are_absent_and_counted(tmp_path):
    path = lines(
        tmp_path / "a.jsonl", *(row(reward=value) for value in (1.0, float("nan"), float("inf"), None, "1e400"))
    )
    frame, problems = only(path, tmp_path)
    assert frame["reward"].to_list() == [1.0, None, None, None, None]
    assert problems.count(NOT_FINITE) == 3


def test_a_file_that_was_copied_is_read_once_and_an_exam_that_went_the_same_twice_is_not_a_copy(tmp_path):
    rows = [{"input": "p", "output": "a", "score": 1.0}]
    (tmp_path / "in").mkdir()
    for name in ("1.jsonl", "2.jsonl", "2 (copy).jsonl"):
        lines(tmp_path / "in" / name, *rows)
    frame, problems = only(tmp_path / "in", tmp_path)
    assert frame["step"].to_list() == [1, 2]
    assert problems.count(SAME_FILE) == 1


def test_long_texts_are_cut_and_lone_surrogates_and_broken_bytes_are_mended(tmp_path):
    long = row(text="x" * 10_000_000)
    broken = json.dumps(row(text="né")).encode().replace(b"\\u00e9", b"\xff") + b"\n"
    path = lines(tmp_path / "a.jsonl", long, broken, row(text="\ud800"))
    frame, problems = only(path, tmp_path)
    assert frame["text"].str.len_chars().to_list() == [LONGEST_TEXT, 2, 1]
    assert places(problems, CUT) == ["a.jsonl, line 1: text of 10,000,000 characters"]
    assert places(problems, MENDED) == ["a.jsonl, line 2: byte 38"]


def test_a_pickle_is_refused_whatever_its_name(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "executed"),)

    for name in ("a.pkl", "rollouts.jsonl"):
        (tmp_path / name).write_bytes(pickle.dumps(Bomb()))
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb()))
    with pytest.raises(NothingToAudit, match="pickles, which can run any code"):
        logs(tmp_path, tmp_path / "spool")
    assert not (tmp_path / "executed").exists()


def test_zip_bombs_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("headway.audit.archives.LARGEST_MEMBER", 1 << 20)
    monkeypatch.setattr("headway.audit.files.SMALL", 1 << 20)
    monkeypatch.setattr("headway.audit.files.LARGEST_RATIO", 100)
    bomb = tmp_path / "bomb.eval"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples/a_epoch_1.json", b" " * (16 << 20))
    with pytest.raises(BadFile, match="zip bomb"):
        json_member(bomb, members(bomb)[0])
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(row()).encode() + b"\n" + b" " * (16 << 20)))
    with pytest.raises(NothingToAudit, match="zip bomb"):
        logs(packed, tmp_path / "spool")


def test_a_zip_that_lies_about_its_members(tmp_path):
    source = min((FIXTURES / "inspect" / "eval").iterdir())
    data = bytearray(source.read_bytes())
    sample = next(info for info in members(source) if info.filename.startswith("samples/"))
    data[sample.header_offset + 30 + len(sample.filename) + 20] ^= 0xFF
    path = tmp_path / "a.eval"
    path.write_bytes(data)
    frame, problems = only_eval(path, tmp_path)
    assert frame.height == 5
    assert "is packed and not whole" in places(problems, UNREADABLE_ROW)[0]
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(NothingToAudit, match="is a zip file that is not whole"):
        logs(path, tmp_path / "again")


def only_eval(path, tmp_path):
    (log,), problems = logs(path, tmp_path / "spool")
    return rollouts_of(log, "eval"), problems


def test_a_parquet_file_that_is_cut_or_damaged(tmp_path):
    (tmp_path / "in").mkdir()
    frame = pl.DataFrame([row(step) for step in range(50)])
    frame.write_parquet(tmp_path / "in" / "good.parquet")
    whole = (tmp_path / "in" / "good.parquet").read_bytes()
    (tmp_path / "in" / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "in" / "wrong.parquet").write_bytes(whole[:-12] + struct.pack("<i", 2**30) + whole[-8:])
    read, problems = only(tmp_path / "in", tmp_path)
    assert read.height == 50
    assert problems.count(UNREADABLE_FILE) == 2


def test_a_folder_of_unrelated_files(tmp_path):
    (tmp_path / "in" / ".git").mkdir(parents=True)
    (tmp_path / "in" / "notes.txt").write_text("hello")
    (tmp_path / "in" / "config.json").write_text('{"learning_rate": 1}')
    (tmp_path / "in" / ".git" / "rows.jsonl").write_text(json.dumps(row()))
    (tmp_path / "in" / "empty.jsonl").write_text("")
    os.symlink("/dev/zero", tmp_path / "in" / "zero.jsonl")
    with pytest.raises(NothingToAudit, match="holds no rollouts that can be read") as error:
        logs(tmp_path / "in", tmp_path / "spool")
    assert UNRELATED in str(error.value)
    assert "--map completion=FIELD" in str(error.value)
    with pytest.raises(ValueError, match="does not exist; name a file or a folder"):
        logs(tmp_path / "nowhere", tmp_path / "spool")


def test_empty_groups_and_traces_without_nodes(tmp_path):
    (episode,) = json.loads(
        "[" + (FIXTURES / "verifiers/rollouts/step_0/train/all/traces.jsonl").read_text().splitlines()[0] + "]"
    )
    hollow = {**episode, "traces": [{**episode["traces"][0], "nodes": []}]}
    circle = {**episode, "traces": [{**episode["traces"][0], "nodes": [{"parent": 0, "sampled": True, "message": {}}]}]}
    path = lines(tmp_path / "traces.jsonl", episode, {**episode, "traces": []}, hollow, circle)
    frame, problems = only(path, tmp_path)
    assert frame["text"].to_list() == ["two", ""]
    assert "leads to no root" in places(problems, UNREADABLE_ROW)[0]


def test_a_first_line_that_is_torn_and_rows_of_several_kinds(tmp_path):
    path = lines(tmp_path / "a.jsonl", b'mpt": "p"}\n', {"run": "header"}, row(), {"metric": 1}, row(2))
    frame, problems = only(path, tmp_path)
    assert frame["step"].to_list() == [1, 2]
    assert problems.count(UNREADABLE_ROW) == 3


def test_of_two_runs_the_larger_is_audited_and_the_other_named(tmp_path):
    for name, rows in (("a", 1), ("b", 3)):
        (tmp_path / "in" / name / "rollouts" / "step_1").mkdir(parents=True)
        lines(tmp_path / "in" / name / "rollouts" / "step_1" / "rows.jsonl", *[row(text=str(n)) for n in range(rows)])
    found, _ = logs(tmp_path / "in", tmp_path / "spool")
    assert [(log.root.name, log.height) for log in found] == [("b", 3), ("a", 1)]


def test_two_runs_that_began_alike_each_keep_the_file_that_they_share(tmp_path):
    for name, more in (("a", ()), ("b", (2,))):
        (tmp_path / "in" / name).mkdir(parents=True)
        for step in (1, *more):
            lines(tmp_path / "in" / name / f"{step}.jsonl", row(step))
    found, problems = logs(tmp_path / "in", tmp_path / "spool")
    assert [log.height for log in found] == [2, 1]
    assert problems.count(SAME_FILE) == 0


def test_a_split_that_is_a_path_stays_in_the_spool(tmp_path):
    path = lines(tmp_path / "a.jsonl", row(split="../../../outside"), row(2, split="validation"))
    (log,), _ = logs(path, tmp_path / "one" / "two" / "spool")
    assert sorted(log.spools) == ["eval", "train"]
    assert rollouts_of(log, "train").height == rollouts_of(log, "eval").height == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.jsonl", "one"]


def test_an_eval_log_whose_header_is_damaged(tmp_path):
    source = min((FIXTURES / "inspect" / "eval").iterdir())
    data = bytearray(source.read_bytes())
    header = next(info for info in members(source) if info.filename == "header.json")
    data[header.header_offset + 30 + len(header.filename) + 30] ^= 0xFF
    (tmp_path / "a.eval").write_bytes(data)
    frame, _ = only_eval(tmp_path / "a.eval", tmp_path)
    assert frame["step"].to_list() == [10] * 6  # the journal's copy says which model it was


def test_a_row_without_a_step_among_rows_that_have_one_is_counted(tmp_path):
    told = {"prompt": "1+1=", "completion": "2", "r": 1.0, "advantage": 0.5}
    path = lines(tmp_path / "completions.jsonl", *[{"step": 1} | told] * 8, *[told] * 2)
    frame, problems = only(path, tmp_path)
    assert frame.height == 8
    assert [place for place in places(problems, UNREADABLE_ROW) if place.endswith("has no step")]
