"""The file as a whole: what it says, what it must not let through, and what it does without some of its parts."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from made_rounds import answers, examined, measured, small_run

from headway.report import Arm, Claim, Page, Section, run_page, write
from headway.stages import Round, Ruling

VOID = {"meta", "br", "hr", "img", "link", "input"}
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&\u202eevil\x00"


class Reader(HTMLParser):
    """Counts open tags and fails where one is closed that was not opened last."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def study() -> Page:
    arms = (
        Arm("closed", "Its own judgement alone.", (small_run(), small_run())),
        Arm("guarded", "With a gate.", ((measured(0, accuracy=0.5), measured(1, accuracy=0.6)),)),
    )
    made = (Claim("It falls.", "by .2", True), Claim("It rises.", "no", False), Claim("Who knows?", "n = 1", None))
    return Page("A study", "Collapsing: so it is.", (Section("Puzzles", "Many answers.", arms),), made, "Loop(...)")


def test_every_section_arm_round_and_claim_is_there():
    words = read(study().html()).words
    for said in ("A study", "so it is.", "Puzzles", "closed", "Its own judgement alone.", "guarded", "Loop(...)"):
        assert said in words
    for said in ("It falls.", "holds", "It rises.", "does not hold", "Who knows?", "cannot tell"):
        assert said in words
    assert words.count("as made") == 6  # the reason of each of two rounds in three runs
    assert "3 claims: 1 holds, 1 does not, 1 cannot be told" in words


def test_every_picture_says_its_numbers_in_words():
    reader = read(run_page("a run", small_run(), "Loop(...)").html())
    labels = [value for name, value in reader.attributes if name == "aria-label"]
    assert len(labels) == reader.tags.count("svg") == 4
    assert re.search(r"accuracy by round: 0: \.50 \[.*\]; 1: \.38 \[", labels[0])


def test_the_page_loads_nothing_and_runs_nothing():
    html = study().html()
    reader = read(html)
    assert "script" not in reader.tags
    assert not re.search(r"https?://|@import|url\(|src=", html)
    assert all((value or "").startswith("#") for name, value in reader.attributes if name == "href")


def test_hostile_text_is_shown_and_inert():
    hostile = answers({"t0": [(HOSTILE, 1.0, 0.5)] * 4, "t1": [(HOSTILE, 0.0, 0.5)] * 4}, prompt=HOSTILE)
    gentle = answers({"t0": [("+1", 1.0, 0.5)] * 4, "t1": [("+1", 0.0, 0.5)] * 4})
    run = (examined(0, hostile), examined(1, gentle))
    for rounds in (run, run[::-1]):
        bad = replace(rounds[-1], index=1, ruling=Ruling(True, 1, 1, HOSTILE))
        arm = Arm(HOSTILE, HOSTILE, ((replace(rounds[0], index=0, ruling=None), bad),))
        section = Section(HOSTILE, HOSTILE, (arm, arm))
        html = Page(HOSTILE, HOSTILE, (section,), (Claim(HOSTILE, HOSTILE, True),), HOSTILE).html()
        reader = read(html)
        assert "script" not in reader.tags and "img" not in reader.tags
        assert "onerror" not in {name for name, _ in reader.attributes}
        assert "<script>alert('x')</script>" in reader.words
        assert "\u202e" not in html and "\x00" not in html


def test_long_texts_are_cut_and_counted():
    run = small_run()
    long = answers({"t0": [("+1" * 1000, 1.0, 0.5)] * 4, "t1": [("+1", 0.0, 0.5)] * 4})
    assert "and 1,600 more characters" in read(run_page("run", (run[0], examined(1, long)), "").html()).words


def test_messages_are_prompts_too():
    prompt = [{"role": "user", "content": "What is 1 + 2?"}]
    exam = answers({"t0": [("+1+2", 1.0, 0.5)] * 4, "t1": [("+3", 0.0, 0.5)] * 4}, prompt=prompt)
    assert "user: What is 1 + 2?" in read(run_page("run", (examined(0, exam), examined(1, exam)), "").html()).words


def test_without_reports_the_page_says_so():
    words = read(run_page("run", (Round(0), Round(1, refused="the loss became nan")), "").html()).words
    assert "Nothing to compare" in words
    assert "nothing to draw yet" in words
    assert "the loss became nan" in words
    assert read(run_page("run", (), "").html()).words.count("Nothing to compare") == 1


def test_without_exams_the_curves_are_drawn_and_the_texts_are_left_out():
    run = tuple(replace(turn, exam=None) for turn in small_run())
    reader = read(run_page("run", run, "").html())
    assert reader.tags.count("svg") == 4
    assert "No texts are shown" in reader.words


def test_what_no_exam_measured_has_no_figure():
    reader = read(
        run_page("run", (measured(0, accuracy=0.5, pass_1=0.5), measured(1, accuracy=0.4, pass_1=0.4)), "").html()
    )
    assert "Accuracy by round" in reader.words
    assert "Proxy beside truth" not in reader.words


def test_another_judge_can_be_the_truth():
    assert "named “people”" in read(run_page("run", small_run(), "", truth="people").html()).words


def test_a_round_set_aside_is_marked_and_named():
    aside = measured(1, accuracy=0.2, pass_1=0.2, decided={"accept": False, "keep": 0, "stop": True})
    words = read(run_page("run", (measured(0, accuracy=0.5, pass_1=0.5), aside), "").html()).words
    assert "↩ rolled back" in words
    assert "× is a round that the gate set aside" in words
    assert "0 of 1 round accepted, then stopped" in words


def test_write_makes_the_whole_file(tmp_path):
    page = run_page("run", small_run(), "")
    write(page, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write(run_page("run", small_run(), ""), path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_a_long_run_has_bands_for_its_intervals():
    run = tuple(measured(index, accuracy=0.5, pass_1=0.5) for index in range(20))
    html = run_page("run", run, "").html()
    assert 'class="band"' in html
    assert 'class="mark"' not in html.split("Tasks within reach")[0].split("<main>")[1]


def test_a_ruling_says_what_it_does_what_would_turn_it_and_by_whose_standards():
    rounds = list(small_run())
    ruling = Ruling(
        False, 0, 0, "rolled back: it fell", action="raise anchor coverage", flips="40 more <tasks>", by="Ada, for all"
    )
    said = read(run_page("a", [*rounds[:-1], replace(rounds[-1], ruling=ruling)], "Loop()").html()).words
    for words in ("rolled back", "raise anchor coverage", "would turn on 40 more <tasks>", "standards: Ada, for all"):
        assert words in said
