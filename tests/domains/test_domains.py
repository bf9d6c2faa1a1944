import random
import re
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.attempts import WORLD
from headway.domains import Addition, Arithmetic, Facts, File, Mazes, Multiplication, Programs, Puzzles, Strings
from headway.domains.mazes import _tree
from headway.domains.multiplication import lengths, level_of
from headway.policy.tiny import Vocabulary

LEVELLED = [
    Addition(),
    Addition(2, 4, reverse=False),
    Addition(1, 3, padded=True, equal=True),
    Arithmetic(2, 3),
    Strings(),
    Mazes(),
    Mazes(2, 3, nodes=31, labels=40),
    Multiplication(),
    Multiplication(steps=False),
    Strings(3, 5, reverse=True, alphabet="abcdef"),
    Programs(),
]
DOMAINS = [Puzzles(), Facts(), Facts(4, 32, 6, part="second"), *LEVELLED]


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_no_seed_leaks_an_exam_task_into_training(domain):
    trained = {prompt for seed in range(5) for prompt in domain.tasks(150, seed)["prompt"]}
    examined = {prompt for seed in range(5) for prompt in domain.tasks(50, seed, held_out=True)["prompt"]}
    assert not trained & examined


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_gold_is_right_near_misses_are_wrong_and_pieces_spell_both(domain):
    graded = domain.graded(100, 0)
    for row in graded:
        assert domain.check(row.prompt, row.truth, row.answer) == row.verdicts[WORLD]
        assert domain.read(row.text) == row.answer
        assert set(row.prompt + row.text) <= set("".join(domain.pieces))
    assert graded.verdict(WORLD).mean() == 0.5


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_the_same_seed_gives_the_same_tasks(domain):
    assert domain.tasks(20, 3).frame.equals(domain.tasks(20, 3).frame)
    assert domain.tasks(20, 3)["prompt"].to_list() != domain.tasks(20, 4)["prompt"].to_list()


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("+3+8+11", 1.0),
        ("+17+8-3", 1.0),
        ("+11+11", 0.0),  # a number used twice
        ("+22", 0.0),  # a number that is not there
        ("+3+8", 0.0),
        (None, 0.0),
    ],
)
def test_puzzle_answers(answer, right):
    puzzles = Puzzles()
    assert puzzles.check("3 11 8 17=22", None, answer and puzzles.read(answer)) == right


def test_every_right_answer_of_a_puzzle_is_found_and_order_is_no_difference():
    puzzles = Puzzles()
    answers = puzzles.right_answers("3 11 8 17=22")
    assert answers == sorted(set(answers))
    assert all(puzzles.check("3 11 8 17=22", None, answer) for answer in answers)
    assert puzzles.read("+8+3+11") == puzzles.read("+11+3+8") == "+3+8+11"
    assert puzzles.read("8+3") is None


@given(st.text(alphabet="+-0123456789 =<a", max_size=12))
@settings(max_examples=200)
def test_hostile_text_is_read_as_nothing_or_is_checked(text):
    puzzles = Puzzles()
    answer = puzzles.read(text)
    assert puzzles.check("3 11 8 17=22", None, answer) in (0.0, 1.0)


@pytest.mark.parametrize("domain", LEVELLED, ids=repr)
def test_every_level_has_its_own_tasks_and_its_own_exam(domain):
    for level in (4, 9, 29):
        trained, examined = domain.at(level, 40, 0), domain.at(level, 20, 0, held_out=True)
        assert set(trained["level"]) == set(examined["level"]) == {level}
        assert not set(trained["prompt"]) & set(examined["prompt"])
        everywhere = domain.at(level, 40, 1)["prompt"].to_list()
        assert not set(everywhere) & set(examined["prompt"])
        for prompt, truth in zip(trained["prompt"], trained["truth"], strict=True):
            assert domain.check(prompt, None, domain.read(truth)) == 1.0


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_padded_reversed_sums_are_written_digit_by_digit(first, second):
    padded = Addition(1, 3, padded=True)
    prompt = f"{str(first)[::-1]}+{str(second)[::-1]}="
    width = max(len(str(first)), len(str(second))) + 1
    right = str(first + second).zfill(width)[::-1]
    assert padded.check(prompt, None, right) == 1.0
    assert padded.check(prompt, None, right + "0") == 0.0
    assert padded.check(prompt, None, right[:-1]) == 0.0
    assert len(right) == width


def test_equal_operands_have_equal_lengths_and_others_need_not():
    equal = Addition(1, 6, equal=True).tasks(50, 0)["prompt"]
    assert all(len(a) == len(b) for a, b in (prompt[:-1].split("+") for prompt in equal))
    other = Addition(1, 6).at(6, 50, 0)["prompt"].to_list()
    assert {len(part) for prompt in other for part in prompt[:-1].split("+")} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    ("prompt", "right"),
    [
        ("21*43=", "840+0630=8040"),  # 12 x 34 = 408: 4 x 12 = 48, 30 x 12 = 360
        ("5*7=", "53=53"),
        ("99*999=", "198+0198(1089)+00198=10989"),  # 99 x 999 = 98901, so far 891 and 9801
        ("0*21=", "00+000=000"),
    ],
)
def test_products_are_written_in_columns_with_what_is_summed_so_far(prompt, right):
    assert Multiplication().check(prompt, None, right) == 1.0
    assert Multiplication(steps=False).check(prompt, None, right.split("=")[1]) == 1.0
    assert Multiplication().read(right.replace("=", "")) is None


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_the_working_of_a_product_adds_up(first, second, seed):
    draws = Multiplication()
    task = draws.at(level_of(first, second), 1, seed).frame.row(0, named=True)
    assert sorted(map(len, task["prompt"][:-1].split("*"))) == sorted((first, second))
    a, b = (int(number[::-1]) for number in task["prompt"][:-1].split("*"))
    working, product = task["truth"].split("=")
    assert int(product[::-1]) == a * b
    parts = [int(part[::-1]) for part in re.sub(r"\([0-9]*\)", "", working).split("+")]
    assert sum(parts) == a * b
    sums = [int(so_far[::-1]) for so_far in re.findall(r"\(([0-9]*)\)", working)]
    assert sums == [sum(parts[: place + 2]) for place in range(len(sums))]


def test_levels_of_products_grow_one_operand_at_a_time():
    assert [lengths(level) for level in (1, 2, 3, 15, 16, 21, 22)] == [
        (1, 1), (2, 1), (2, 2), (5, 5), (6, 1), (6, 6), (7, 1)
    ]  # fmt: skip
    assert all(level_of(*lengths(level)) == level for level in range(1, 200))


def test_a_maze_is_a_tree_whose_only_way_is_the_answer():
    for row in Mazes(nodes=20).at(7, 20, 3).frame.iter_rows(named=True):
        nodes = [node.split(":") for node in row["prompt"][:-1].split("#")[1].split("-")]
        edges = {frozenset((node, other)) for node, others in nodes for other in others.split(",")}
        assert len(nodes) == 20
        assert len(edges) == 19
        assert all(node in dict(nodes)[other].split(",") for node, others in nodes for other in others.split(","))
        assert len(row["truth"].split(">")) == 8


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("1>2>3", 1.0),
        ("3>2>1", 0.0),  # the other way round
        ("1>3", 0.0),  # no such edge
        ("1>2>4>2>3", 0.0),  # a detour is not the shortest way
        ("1>2", 0.0),
        (None, 0.0),
    ],
)
def test_maze_answers(answer, right):
    assert Mazes(1, 2, nodes=4).check("1>3#2:1,3,4-4:2-1:2-3:2=", None, answer) == right


def test_a_policy_reads_a_label_as_one_token():
    mazes = Mazes()
    row = mazes.tasks(1, 0).frame.row(0, named=True)
    assert len(Vocabulary(mazes.pieces).encode(row["truth"])) == 2 * row["level"] + 1
    assert mazes.read("1>02") is mazes.read("1>") is mazes.read("") is None


def test_trees_that_hold_the_way_are_equally_likely():
    """With 4 nodes and 1 hop, 8 of Cayley's 16 trees hold the edge from 0 to 1."""
    draws = random.Random(0)
    counts = Counter(str([sorted(others) for others in _tree(draws, 4, 1)]) for _ in range(4000))
    assert len(counts) == 8
    assert all(400 < count < 600 for count in counts.values())


@given(st.text("abc", min_size=1, max_size=40))
def test_strings_are_copied_and_turned(string):
    assert Strings(alphabet="abc").check(string + "=", None, string) == 1.0
    turned = Strings(reverse=True, alphabet="abc")
    assert turned.check(string + "=", None, string[::-1]) == 1.0
    assert turned.check(string + "=", None, string) == float(string == string[::-1])
    assert turned.read(string + "d") is turned.read("") is None


def test_a_handful_of_symbols_in_labelled_strings_and_in_no_exam():
    plain, few = (Strings(9, 10, alphabet="abcdefghijklmnopqrst", handful=share) for share in (0.0, 1.0))
    used = [sum(len(set(prompt)) for prompt in domain.tasks(300, 0)["prompt"]) / 300 - 1.0 for domain in (plain, few)]
    assert used[0] > 7.0 and 2.0 < used[1] < 5.5
    assert plain.at(40, 30, 0)["prompt"].equals(few.at(40, 30, 0)["prompt"])


def test_a_symbol_may_be_said_again_nearby_and_in_no_exam():
    plain, near = (Strings(reverse=True, alphabet="abcdefghijklmnopqrst", near=share) for share in (0.0, 0.5))
    again = [
        sum(
            prompt[place] in prompt[place - 3 : place]
            for prompt in domain.at(40, 50, 0)["prompt"]
            for place in range(3, 40)
        )
        for domain in (plain, near)
    ]
    assert again[0] < 0.2 * 50 * 37 < 0.5 * 50 * 37 < again[1]
    exams = [domain.at(40, 30, 0, held_out=True)["prompt"] for domain in (plain, near)]
    assert exams[0].equals(exams[1])


def test_what_is_asked_may_repeat_a_piece_and_an_exam_does_not():
    plain, repeating = Strings(), Strings(asked=1.0)
    exam = [domain.at(40, 30, 0, held_out=True)["prompt"].to_list() for domain in (plain, repeating)]
    assert exam[0] == exam[1]
    twice = [
        sum(
            prompt[first : first + 8] in prompt[first + 8 :]
            for prompt in domain.at(40, 300, 0)["prompt"]
            for first in range(32)
        )
        for domain in (plain, repeating)
    ]
    assert twice[0] == 0
    assert 20 <= twice[1] <= 60  # one of eight sizes


def test_reversed_sums_carry_from_the_left():
    reverse = Addition(1, 3)
    assert reverse.check("99+1=", None, "001") == 1.0  # 99 + 1 = 100, last digit first
    assert Addition(1, 3, reverse=False).check("99+1=", None, "100") == 1.0


def test_too_few_distinct_tasks_say_how_many_there_are():
    with pytest.raises(ValueError, match=r"has only about \d+ distinct tasks held out, 500 were asked for"):
        Addition(1, 1).tasks(500, 0, held_out=True)


def written(tmp_path, *lines):
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(lines))
    return str(path)


def test_a_file_of_prompts_with_answers(tmp_path):
    file = File(written(tmp_path, *[f'{{"prompt": "{n}+1=", "answer": {n + 1}}}' for n in range(50)]))
    assert len(file.tasks(100, 0)) + len(file.tasks(100, 0, held_out=True)) == 50
    assert file.check("3+1=", "4", " 4".strip()) == 1.0
    assert file.check("3+1=", None, "4") is None  # nothing is known: no verdict, not a wrong one


def test_a_file_with_a_checker(tmp_path):
    checker = tmp_path / "check.py"
    checker.write_text("def right(prompt, truth, answer):\n    return len(answer) > 2\n")
    file = File(written(tmp_path, '{"prompt": "a"}'), f"{checker}:right")
    assert file.check("a", None, "long") == 1.0
    assert file.check("a", None, "no") == 0.0
    with pytest.raises(ValueError, match="has no function 'wrong'"):
        File(file.path, f"{checker}:wrong").check("a", None, "x")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"prompt": "a"}', "{not json"], "line 2 is not JSON"),
        (['{"question": "a"}'], "has no `prompt` column; its columns are"),
        (["[1, 2]"], "line 1 is not a JSON object"),
    ],
)
def test_a_bad_file_names_its_line(tmp_path, lines, said):
    with pytest.raises(ValueError, match=said):
        File(written(tmp_path, *lines)).tasks(1, 0)


def test_a_parquet_file_of_messages(tmp_path):
    path = tmp_path / "mine.parquet"
    pl.DataFrame({"prompt": [[{"role": "user", "content": str(n)}] for n in range(30)]}).write_parquet(path)
    assert File(str(path)).tasks(5, 0).prompts[0][0]["role"] == "user"


def test_every_fact_is_told_in_some_way_and_examined_in_another():
    facts = Facts(20, 10, 10)
    told = {facts._asked[prompt] for prompt in facts.tasks(750, 0)["prompt"]}
    examined = {facts._asked[prompt] for prompt in facts.tasks(150, 0, held_out=True)["prompt"]}
    assert len(told) == 200  # all of them
    assert examined <= told


def test_the_parts_of_the_facts_are_apart_and_nothing_else_gives_the_object():
    facts = Facts()
    first, second = (
        {facts._asked[p] for p in Facts(part=part).tasks(900, 0)["prompt"]} for part in ("first", "second")
    )
    assert not first & second
    counts = Counter(facts._objects.values())
    assert max(counts.values()) < 3 * len(facts._objects) / facts.objects  # no object is right often
    assert facts.check("who is bako?", None, "bakon") is None
    with pytest.raises(ValueError, match="allowed are 2 to 32"):
        Facts(relations=33)
