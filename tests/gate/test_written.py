"""Standards as people write them, and what a user does wrong in such a file."""

import pytest

from headway.experiment import read, text
from headway.gate import Governor, Lever
from headway.gate.written import StandardsError, read_standards, sign

GOOD = """
[test]
alpha = 0.05

[[standard]]
id = "right-at-once"
protects = "who asks once"
owner = "the course"
measures = "accuracy"
margin = 0.04
level = "must"
evidence = "tool"

[[standard]]
id = "more-ways"
protects = "who wants another way"
owner = "the course"
measures = "distinct_right"
margin = 0.2
relative = true
most = 12
level = "should"
evidence = "tool"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "standards.toml"
    path.write_text(GOOD)
    return path


def test_what_is_written_is_in_the_experiments_text_with_who_signed_it(file):
    sign(file, "Ada", "2026-11-23")
    gate = read(f"Governor(standards={str(file)!r})")
    first, second = gate.written
    assert (first.name, first.metric, first.must, second.must) == ("right-at-once", "accuracy", True, False)
    assert (gate.alpha, gate.bounds) == (0.05, "betting")
    assert gate.signed.by == "Ada"
    file.unlink()
    assert read(text(gate)) == gate, "a run does not need the file again"


def test_standards_that_nobody_signed_or_that_were_changed_since_are_refused(file):
    with pytest.raises(ValueError, match=r"nobody has signed .*headway govern sign"):
        Governor(standards=str(file))
    sign(file, "Ada", "2026-11-23")
    with pytest.raises(StandardsError, match="is signed already"):
        sign(file, "Bob", "2026-11-24")
    signed = file.read_text()
    file.write_text("# a comment changes nothing\n" + signed)
    gate = Governor(standards=str(file))
    file.write_text(signed.replace("margin = 0.04", "margin = 0.4"))
    with pytest.raises(StandardsError, match="was changed after Ada signed it"):
        Governor(standards=str(file))
    with pytest.raises(ValueError, match="not the standards that Ada signed"):
        Governor(gate.written, alpha=0.2, bounds="betting", signed=gate.signed)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alpha = 0.05", "", r"\[test\] has no 'alpha'"),
        ("alpha = 0.05", 'alpha = 0.05\nbounds = "wide"', r"bounds is 'wide'; allowed: 'student' or 'betting'"),
        ('level = "must"', 'level = "may"', r"standard 'right-at-once' level is 'may'; allowed: 'must' or 'should'"),
        ('level = "must"', 'level = "should"', "nothing could be refused"),
        (
            "margin = 0.04",
            'margin = "little"',
            r"standard 'right-at-once': 'margin' is 'little' and has to be a number",
        ),
        ("margin = 0.04", "margin = 0", "Standard.margin is 0.0; allowed: more than 0"),
        ("margin = 0.04", "margin = 0.04\ncolour = 1", "has 'colour', which means nothing"),
        ('id = "more-ways"', 'id = "right-at-once"', "two standards with the id 'right-at-once'"),
        ('owner = "the course"\n', "", r"has no 'owner'; it needs id, protects, owner"),
        ("[[standard]]", "[standard]", "is not TOML|has to be a list of tables"),
        ("[test]", "[test", "is not TOML"),
    ],
)
def test_a_bad_file_gives_a_sentence(file, old, new, said):
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(StandardsError, match=said):
        read_standards(file)


def test_a_file_that_is_not_there_gives_a_sentence(tmp_path):
    with pytest.raises(StandardsError, match="does not exist; name a file of standards"):
        Governor(standards=str(tmp_path / "none.toml"))


def test_a_lever_never_moves_the_exam():
    with pytest.raises(ValueError, match="a ruling never moves its exam"):
        Lever("measure.tasks", (10,))
