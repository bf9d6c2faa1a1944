"""Verse out of a corpus: what is a line, what goes on from where, and what is said where there is no corpus."""

import pytest

from headway.attempts import WORLD
from headway.domains import Verse
from headway.domains.lines import corpus, taken_apart
from verses import corpus_in


@pytest.fixture
def verse(tmp_path):
    return Verse(text=corpus_in(tmp_path / "play"))


def test_lines_are_read_out_of_plays_without_speakers_and_stage_directions(verse):
    known = corpus(verse.text)
    assert len(known.lines) == 324 and len(known.openings) == 36
    assert "nobody" not in known.known and "exit" not in known.known and "my" in known.known
    assert taken_apart("’Tis my Love’s rose--gold!") == ("'tis", "my", "love's", "rose", ",", "gold", "!")


def test_what_goes_on_from_an_opening(verse):
    prompt = "a line: my love"
    told = {text: verse.read(text) for text in (" is like a rose.", " rose is gold a.", " is like a rows.", " is", "")}
    assert told[" is like a rose."] == " is like a rose."
    assert told[" is like a rows."] is None, "no word of the corpus"
    assert told[" is"] is None and told[""] is None, "too short for a line"
    assert verse.check(prompt, None, told[" is like a rose."]) == 1.0
    assert verse.check(prompt, None, told[" rose is gold a."]) == 0.0, "words that never stand beside each other"


def test_gold_is_right_and_split_by_opening(verse):
    graded = verse.graded(20, 0)
    found = [verse.check(prompt, None, answer) for prompt, answer in zip(graded.prompts, graded["answer"], strict=True)]
    assert found == graded.verdict(WORLD).to_list()
    inside = set(verse.tasks(20, 0)["prompt"])
    assert inside.isdisjoint(verse.tasks(5, 0, held_out=True)["prompt"])


def test_a_corpus_that_is_not_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWAY_CACHE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="headway models fetch plays"):
        Verse().pieces  # noqa: B018
    with pytest.raises(FileNotFoundError, match=r"no \.txt and no \.md"):
        Verse(text=str(tmp_path)).pieces  # noqa: B018
