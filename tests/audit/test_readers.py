"""Every reader on a log that the real library wrote, or that has its fields: rows, groups and rewards exactly."""

import json

import pytest
from foreign_logs import FIXTURES, logs, rollouts_of

from headway.audit.problems import REPEATED
from headway.audit.readers import mapped
from headway.audit.readers.trl import optimised_columns

PAIRS = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]
REPLIES = ["two", "three", "four", "five", "two", "two", "five", "five"]


def read(name, folder, split="train"):
    """The rollouts of a fixture, of which there must be one log."""
    (log,), problems = logs(FIXTURES / name, folder)
    return rollouts_of(log, split), log, problems


def groups(frame):
    """The number of each row's task in order of appearance, by which groups are compared."""
    known = {}
    return [known.setdefault(task, len(known)) for task in frame["task"]]


def test_trl_counts_a_repeated_batch_once_and_tells_rewards_from_extra_columns(tmp_path):
    frame, log, problems = read("trl", tmp_path)
    assert frame["step"].to_list() == [1] * 8 + [3] * 8 + [5] * 8
    assert problems.count(REPEATED) == 24
    assert log.sources.columns["reward"] == "vowels + brevity"
    texts = frame["text"].to_list()
    vowels = [sum(text.count(letter) for letter in "aei") for text in texts]
    brevity = [0.0 if "j" in text else -len(text) / 10 for text in texts]
    assert frame["reward"].to_list() == pytest.approx([a + b for a, b in zip(vowels, brevity, strict=True)])
    assert frame["gold"].to_list() == [float("a" in text) for text in texts]
    assert [len(set(groups(frame)[place : place + 4])) for place in range(0, 24, 4)] == [1] * 6


def test_trl_rows_as_lines(tmp_path):
    rows = [
        {
            "step": step,
            "prompt": [{"role": "user", "content": "1+1"}],
            "completion": [{"role": "assistant", "content": text}],
            "right": reward,
            "tokens": 3,
            "advantage": reward - 0.5,
        }
        for step, replies in ((1, "23"), (2, "23"), (3, "22"))
        for text, reward in ((reply, float(reply == "2")) for reply in replies)
    ]
    (tmp_path / "completions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (log,), problems = logs(tmp_path / "completions.jsonl", tmp_path / "spool")
    frame = rollouts_of(log)
    assert (frame["text"].to_list(), frame["step"].to_list()) == (["2", "3", "2", "2"], [1, 1, 3, 3])
    assert frame["prompt"][0] == "user: 1+1"
    assert problems.count(REPEATED) == 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"r": 1.0, "gold": 0.0, "advantage": 1.0}, {"r": 0.0, "gold": 1.0, "advantage": -1.0}], ("r",)),
        ([{"acc": 1.0, "length": 9.0, "advantage": 1.0}, {"acc": 0.0, "length": 40.0, "advantage": -1.0}], ("acc",)),
        ([{"a": 1.0, "b": 2.0, "advantage": 0.0}, {"a": 1.0, "b": 2.0, "advantage": 0.0}], ("a", "b")),
    ],
    ids=["an extra column against the advantage", "a reward that is named like gold", "nothing to tell them apart"],
)
def test_the_advantage_tells_which_columns_were_optimised(rows, expected):
    assert optimised_columns([{"prompt": "p", "step": 1, **row} for row in rows]) == expected


def test_verifiers_reads_the_last_path_of_what_is_trained_and_null_for_unscored(tmp_path):
    frame, log, _ = read("verifiers", tmp_path)
    assert frame["step"].to_list() == [0] * 4 + [1] * 4
    assert frame["text"].to_list() == ["two", "one"] * 4  # neither the dead end nor the judge
    assert frame["reward"].to_list() == pytest.approx([1.1, None, 1.1, None, 1.1, 0.2, 1.1, 0.2], nan_ok=False)
    assert frame["gold"].to_list() == [1.0, None, 1.0, None, 1.0, 0.0, 1.0, 0.0]
    assert frame["task"].to_list() == ["1+1", "1+1", "2+2", "2+2"] * 2
    assert set(frame["logprob"]) == {-0.75}
    assert log.files == 4


@pytest.mark.parametrize("kind", ["eval", "json"])
def test_inspect_logs_of_both_formats(kind, tmp_path):
    frame, log, _ = read(f"inspect/{kind}", tmp_path, "eval")
    frame = frame.sort("step", "task", maintain_order=True)
    assert frame["step"].to_list() == [10] * 6 + [20] * 6
    assert frame["task"].to_list() == ["q0", "q0", "q1", "q1", "q2", "q2"] * 2
    assert frame["gold"].to_list() == [1.0] * 8 + [0.0] * 2 + [1.0] * 2
    assert frame["text"][8] == "It is 5"
    assert frame["reward"].null_count() == 12  # nothing was optimised
    assert set(frame["finish"]) == {"stop"}
    assert log.split() == "eval"


def test_lm_eval_takes_one_filter_and_all_samples(tmp_path):
    frame, _, _ = read("lm_eval", tmp_path, "eval")
    sums = frame.filter(frame["domain"] == "sums")
    assert sums["step"].to_list() == [100] * 6 + [200] * 6
    assert sums["text"].to_list()[6:] == ["is 2", "is 2", "is 9", "is 9", "is 6", "is 6"]
    assert sums["gold"].to_list() == [1.0, None] * 3 + [1.0, None, 0.0, None, 1.0, None]
    choice = frame.filter(frame["domain"] == "choice")
    assert choice["answer"].to_list() == ["0"] * 6
    assert choice["gold"].to_list() == [1.0] * 6
    assert choice["text"].null_count() == 6


def test_verl_of_both_splits(tmp_path):
    frame, log, _ = read("verl", tmp_path)
    assert frame["reward"].to_list() == [one + 0.5 for one in PAIRS]
    assert frame["gold"].to_list() == PAIRS
    assert groups(frame) == [0, 0, 1, 1] * 2
    assert rollouts_of(log, "eval")["reward"].to_list() == [1.0, 0.0, 1.0, 1.0]
    assert log.split() == "train"


def test_art_and_its_older_lines(tmp_path):
    frame, _, _ = read("art/trajectories", tmp_path)
    assert frame["text"].to_list() == ["2", "3", "4", "5", "2", "2", "4", "4"]
    assert frame["reward"].to_list() == [0.75, 0.25, 0.75, 0.25, 0.75, 0.75, 0.75, 0.75]
    assert frame["gold"].to_list() == [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    assert groups(frame) == [0, 0, 1, 1] * 2
    assert frame["prompt"][0] == "system: add\nuser: 1+1"
    older, _, _ = read("art/older", tmp_path / "older")
    assert (older["reward"].to_list(), older["logprob"].to_list()) == ([1.0, 0.0], [-0.75, -0.75])
    assert older["finish"].to_list() == ["length"] * 2


def test_tinker_has_no_text_and_new_groups_in_every_iteration(tmp_path):
    frame, log, _ = read("tinker", tmp_path)
    assert frame["reward"].to_list() == [1.5, 0.5, 0.0, 0.0] * 2
    assert frame["gold"].to_list() == [1.0, 0.0, 0.0, 0.0] * 2
    assert groups(frame) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert frame["tokens"].to_list() == [2, 3, 4, 5] * 2
    assert log.spools["train"].filled["text"] == 0


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("skyrl", "eval"),
        ("nemo_rl", "train"),
        ("rllm", "train"),
        ("verifiers_results", "train"),
        ("recorded", "train"),
    ],
)
def test_logs_with_the_same_rollouts_in_the_fields_of_each_stack(name, split, tmp_path):
    frame, log, _ = read(name, tmp_path, split)
    assert frame["step"].to_list() == [1] * 4 + [2] * 4
    assert frame["text"].to_list() == REPLIES
    assert frame["reward"].to_list() == PAIRS
    assert groups(frame) == [0, 0, 1, 1] * 2
    assert frame["prompt"].null_count() == 0
    assert log.split() == split


def test_nemo_rl_tells_the_reply_by_its_mask_and_its_mark(tmp_path):
    frame, _, _ = read("nemo_rl", tmp_path)
    assert frame["prompt"][0] == "<|im_start|>user\n1+1=<|im_end|>\n<|im_start|>assistant\n"
    assert set(frame["logprob"]) == {-0.75}
    assert set(frame["tokens"]) == {2}


def test_open_instruct_is_audited_on_token_ids(tmp_path):
    frame, _, _ = read("open_instruct", tmp_path)
    assert frame["text"].to_list() == [f"{len(reply)} 7 9" for reply in REPLIES]
    assert frame["reward"].to_list() == PAIRS
    assert groups(frame) == [0, 0, 1, 1] * 2
    assert set(frame["logprob"]) == {-1.0}


def test_openrlhf_tables_hold_all_rows_before_them(tmp_path):
    frame, _, problems = read("openrlhf", tmp_path)
    assert frame["step"].to_list() == [1, 2]
    assert problems.count(REPEATED) == 1


def test_any_rows_with_a_map(tmp_path):
    rows = [{"it": step, "q": "1+1", "said": {"text": "2"}, "pay": "0.5", "ok": "C"} for step in (0, 1)]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    given = mapped("completion=said.text, prompt=q,reward=pay,step=it,gold=ok")
    (log,), _ = logs(tmp_path / "mine.jsonl", tmp_path / "spool", given)
    frame = rollouts_of(log)
    columns = ("step", "prompt", "text", "reward", "gold")
    assert frame.select(columns).rows() == [(0, "1+1", "2", 0.5, 1.0), (1, "1+1", "2", 0.5, 1.0)]
    with pytest.raises(ValueError, match="--map has 'text'"):
        mapped("text")


def test_chats_without_a_map(tmp_path):
    talk = [{"role": "user", "content": [{"type": "text", "text": "hi"}]}, {"role": "assistant", "content": "yo"}]
    (tmp_path / "chats.jsonl").write_text(json.dumps({"messages": talk, "score": 1}) + "\n")
    (log,), _ = logs(tmp_path / "chats.jsonl", tmp_path / "spool")
    frame = rollouts_of(log)
    assert frame.select("prompt", "text", "reward").rows() == [("user: hi", "yo", 1.0)]
