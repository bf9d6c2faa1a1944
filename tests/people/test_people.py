"""The log of people's answers: what stands, whose word counts, and that what trains never gates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers_made import answer, written
from headway.attempts import Attempts
from headway.cast import Cast
from headway.domains import Puzzles
from headway.experiment import Experiment, read, text
from headway.gate import Always
from headway.loop import Loop
from headway.measure import Exam
from headway.people import LogError, corrections, half_of, read_log, standing, words
from headway.propose import Given
from headway.sample import Each
from headway.select import Above, All, Amended, Part, Replay
from headway.stages import Round, Ruling, State
from headway.start import Pretrained
from headway.train import Fit
from headway.verify import FirstOf, Tool, User

NOBODY = Cast({})
TRAIN = [f"t{index}" for index in range(40) if half_of(f"t{index}") == "train"]
GATE = [f"t{index}" for index in range(40) if half_of(f"t{index}") == "gate"]


def attempts(*rows):
    return Attempts.of(
        [
            {"task": task, "domain": "sums", "level": 1, "prompt": "2+2=", "id": str(place), "author": "solver",
             "text": text, "answer": text.strip()}
            for place, (task, text) in enumerate(rows)
        ]
    )  # fmt: skip


def test_the_halves_are_near_equal_and_a_task_is_in_one():
    halves = [half_of(f"task {index}") for index in range(4000)]
    assert 1850 < halves.count("train") < 2150
    assert TRAIN and GATE


@given(st.integers(min_value=0), st.text(min_size=1, max_size=8))
def test_a_log_cut_anywhere_gives_the_answers_before_the_cut(tmp_path_factory, cut, text):
    path = tmp_path_factory.mktemp("log") / "review.jsonl"
    whole = [
        answer("accept", number=0, before=text),
        answer("correct", number=1, after=f"{text}\n\u2028"),
        answer("skip"),
    ]
    data = b"".join(one.line() for one in whole)
    path.write_bytes(data[: cut % (len(data) + 1)])
    found = read_log(path)
    assert list(found) == whole[: len(found)]
    assert sum(len(one.line()) for one in found) <= cut % (len(data) + 1)
    assert len(found) == data[: cut % (len(data) + 1)].count(b"\n")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data.replace(b'"said"', b'"s\xffid"', 1), "line 1 is damaged: it is not JSON"),
        (lambda data: b"[]\n" + data, "line 1 is damaged: it is not a JSON object"),
        (lambda data: data.replace(b'"version": 1', b'"version": 7', 1), "line 1 has version 7"),
        (lambda data: data.replace(b'"who"', b'"whom"', 1), "line 1 is damaged: its fields differ in who, whom"),
        (lambda data: data.replace(b'"accept"', b'"admit"', 1), "said is 'admit'; allowed: accept, reject"),
    ],
)
def test_a_damaged_line_is_named(tmp_path, damage, said):
    path = written(tmp_path / "review.jsonl", [answer("accept"), answer("reject", attempt="a2")])
    path.write_bytes(damage(path.read_bytes()).replace(b"s\xffid", b"s\xff", 1))
    with pytest.raises(LogError, match=said):
        read_log(path)


def test_a_log_that_is_not_there_or_too_short_is_a_sentence(tmp_path):
    with pytest.raises(LogError, match="people answer with `headway review RUN_FOLDER`"):
        read_log(tmp_path / "review.jsonl")
    path = written(tmp_path / "review.jsonl", [answer("accept")])
    with pytest.raises(LogError, match="has 1 lines, and 2 are asked for"):
        User(str(path), "train", lines=2)(NOBODY, attempts(("t1", "4")))


def test_the_last_word_of_each_person_counts_and_only_they_take_it_back():
    first, second = answer("accept", number=1), answer("reject", number=2)
    back = answer("retract", number=3, retracts=second.id)
    others = answer("retract", who="ben", number=4, retracts=first.id)
    assert standing([first, second]) == [second]
    assert standing([first, second, back]) == [first]
    assert standing([first, others]) == [first]
    assert standing([first, second, back, answer("retract", number=5, retracts=first.id)]) == []


def test_several_people_are_a_majority_with_its_agreement():
    said = [
        answer("accept", who="anna"),
        answer("accept", who="ben"),
        answer("reject", who="cara"),
        answer("skip", who="d"),
    ]
    (word,) = words(said)
    assert (word.verdict, word.people, word.share, word.agreement) == (1.0, 3, 2 / 3, 2 / 3)
    (tied,) = words([said[0], said[2]])
    assert tied.verdict is None and tied.agreement == 0.5


def test_a_correction_says_two_things(tmp_path):
    task = TRAIN[0]
    path = written(tmp_path / "log", [answer("correct", task=task, before="5", after="4")])
    found = User(str(path), "train")(NOBODY, attempts((task, "5"), (task, "4"), (task, "6"), ("else", "4")))
    assert found.to_list() == [0.0, 1.0, None, None]


def test_user_sees_one_half_and_nothing_where_nobody_spoke(tmp_path):
    path = written(tmp_path / "log", [answer("accept", task=TRAIN[0]), answer("reject", task=GATE[0], attempt="a2")])
    rows = attempts((TRAIN[0], "4"), (GATE[0], "4"), (GATE[1], "4"), (GATE[0], " 4"))
    assert User(str(path), "train")(NOBODY, rows).to_list() == [1.0, None, None, None]
    assert User(str(path), "gate")(NOBODY, rows).to_list() == [None, 0.0, None, None]
    assert User(str(path), "gate", on="answer")(NOBODY, rows).to_list() == [None, 0.0, None, 0.0]
    assert User(str(path), "gate", lines=1)(NOBODY, rows).null_count() == 4
    assert User(str(path), "gate").reads == ("world",)
    with pytest.raises(ValueError, match=r"User.half is 'both'; allowed: 'train' or 'gate'"):
        User(str(path), "both")


def test_the_share_says_how_far_people_agree(tmp_path):
    said = [answer("accept", who=who, task=GATE[0]) for who in ("a", "b")] + [answer("reject", who="c", task=GATE[0])]
    path = written(tmp_path / "log", said)
    assert User(str(path), "gate", say="share")(NOBODY, attempts((GATE[0], "4"))).to_list() == [pytest.approx(2 / 3)]


@given(st.lists(st.tuples(st.sampled_from(TRAIN + GATE), st.sampled_from(["attempts", "exam"])), max_size=12))
def test_no_correction_trains_on_a_task_that_gates_or_is_examined(rows):
    said = [
        answer("correct", task=task, table=table, attempt=f"a{place}", before="5", after=f"4{place}")
        for place, (task, table) in enumerate(rows)
    ]
    made = corrections(said, str.strip)
    learned = set() if made is None else set(made["task"])
    examined = {task for task, table in rows if table == "exam"}
    assert learned == {task for task, table in rows if half_of(task) == "train"} - examined
    seen = {word.task for word in words(said, "gate")}
    assert not learned & seen
    assert not {word.task for word in words(said, "train")} & seen


def test_corrections_are_gold_in_the_one_table():
    task = TRAIN[0]
    said = [
        answer("correct", task=task, before="5", after=" 4 "),
        answer("correct", task=task, before="5", after=" 4 ", who="ben"),
        answer("correct", task=TRAIN[1], attempt="a2", before="5", after="7"),
        answer("reject", task=TRAIN[1], attempt="a3", before="7", who="ben"),
        answer("reject", task=TRAIN[1], attempt="a3", before="7", who="cara"),
    ]
    made = corrections(said, str.strip)
    (row,) = made
    assert (row.task, row.author, row.text, row.answer, row.verdicts) == (task, "user", " 4 ", "4", {"user": 1.0})
    assert corrections(said, str.strip)["id"].to_list() == made["id"].to_list()
    assert corrections([answer("accept", task=task)], str.strip) is None


@pytest.mark.parametrize("outer", [True, False], ids=["around replay", "within replay"])
def test_corrections_are_learned_in_every_round_and_once(tmp_path, outer):
    task = TRAIN[0]
    path = str(written(tmp_path / "log", [answer("correct", task=task, before="5", after="4")]))
    easy, kinds = Puzzles(numbers=3, largest=6), {"share": 0.0, "verdicts": 0.0}
    if outer:
        select = Amended(Replay(Above(of="tool"), easy, **kinds), easy, path)
    else:
        select = Replay(Amended(Above(of="tool"), easy, path), easy, **kinds)
    rows = attempts(("p1", "+1"), ("p2", "+2"))
    rows = rows.judged("tool", [1.0, 0.0])
    first = select(rows, State(1, 0, NOBODY))
    ruling = Ruling(True, 1, 1, "")
    second = select(
        Attempts(rows.frame.with_columns(id=rows["id"] + "b")),
        State(2, 0, NOBODY, (Round(0, ruling=Ruling(True, 0, 0, "")), Round(1, attempts=first, ruling=ruling))),
    )
    for selected in (first, second):
        mine = selected.filter(selected["author"] == "user")
        assert mine["text"].to_list() == ["4"] and mine["weight"].to_list() == [1.0]


def test_what_people_wrote_is_learned(tmp_path, cast, easy):
    """A real round: the policy comes nearer to what a person put in place of its attempts."""
    tasks = [row for row in easy.tasks(300, 5).frame.iter_rows(named=True) if half_of(row["task"]) == "train"][:12]
    said = [
        answer("correct", task=row["task"], attempt=str(place), domain="puzzles", prompt=row["prompt"], before="?",
               after="".join(reversed([f"+{number}" for number in row["prompt"].split("=")[0].split()])))
        for place, row in enumerate(tasks)
    ]  # fmt: skip
    path = str(written(tmp_path / "log", said))
    judges = (Tool(easy), User(path, "train", lines=len(said)))
    select = Amended(Above(of="user"), easy, path, lines=len(said))
    exam = Exam(easy, Each(easy, attempts=2), tasks=5, ks=(1,), opinion=None)
    taught = Loop(Given(easy, tasks=5), Each(easy, attempts=2), judges, select, Fit(epochs=8), exam, Always())
    prompts, texts = [row["prompt"] for row in tasks], [one.after for one in said]
    before = cast["solver"].score(prompts, texts).logprob
    *_, last = taught.run(cast, rounds=1, seed=0)
    assert last.attempts.kept["author"].unique().to_list() == ["user"]
    assert (last.cast["solver"].score(prompts, texts).logprob - before).mean() > 0.5
    experiment = Experiment(Pretrained(easy), taught)
    assert read(text(experiment)) == experiment


def loop(log, *, select, half, reads, judges=()):
    domain = Puzzles()
    user = User(log, half)
    return Loop(
        Given(domain),
        Each(domain),
        (Tool(domain), user, *judges),
        select,
        Fit(),
        Exam(domain, Each(domain), truth=reads, opinion=None),
        Always(),
    )


def test_a_loop_that_would_train_and_gate_on_the_same_people_is_refused():
    with pytest.raises(ValueError, match="select reads the verdict 'user', which is what people said to gate"):
        loop("log", select=Above(of="user"), half="gate", reads="tool")
    with pytest.raises(ValueError, match="the exam reads the verdict 'user', which is what people said to train"):
        loop("log", select=All(), half="train", reads="user")
    within = FirstOf((User("log", "gate"), Tool(Puzzles())), name="first")
    with pytest.raises(ValueError, match="select reads the verdict 'first', which is what people said to gate"):
        loop("log", select=Part(Above(of="first"), 0.5), half="train", reads="tool", judges=(within,))
    assert not loop("log", select=Above(of="user"), half="train", reads="tool").circular
    loop("log", select=Above(of="tool"), half="gate", reads="user")
