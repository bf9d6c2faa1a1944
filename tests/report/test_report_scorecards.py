"""The scorecards of a page: what an audit of made rounds must say."""

from dataclasses import replace

from made_rounds import examined, small_run
from test_report_page import read

from headway.attempts import Attempts
from headway.measure.scorecard import Anchor, Audit
from headway.report import run_page

SELF = Anchor("self", ("solver",), ("solver",), True, (0, 0))
TOOL = Anchor("tool", ("world",), (), False, (0, 0))


def judged_run(tasks: int = 40):
    """Four attempts a task, one right: the judge accepts it, and one of the three wrong ones; both are kept."""
    rows = [
        {
            "task": f"t{task}", "domain": "d", "level": 1, "prompt": f"{task}", "id": f"t{task}-{place}",
            "author": "solver", "text": str(place), "answer": str(place), "logprob": -float(place),
            "verdicts": {"tool": float(place == 0), "self": float(place < 2)}, "weight": float(place < 2),
        }
        for task in range(tasks)
        for place in range(4)
    ]  # fmt: skip
    attempts = Attempts.of(rows)
    first, last = small_run()
    return first, replace(last, sampled=attempts, attempts=attempts)


def test_the_page_says_what_each_judge_is_worth():
    words = read(run_page("run", judged_run(), "", anchors=(TOOL, SELF)).html()).words
    assert "What the judges' word is worth" in words
    assert "Audited: 40 tasks a round." in words
    row = words[words.index("self selects") :].split("Round by round")[0]
    assert "solveryes0" in row
    assert "1.00[1.00, 1.00].33[.33, .33].83[.83, .83]" in row, "one of three wrong ones, and half of a tie"
    assert "+.25[+.25, +.25]+.25[+.25, +.25]160" in row, "predicted and gained: from a quarter right to a half"
    assert "toolworldno0" in words


def test_an_audit_takes_as_many_tasks_as_it_is_told_and_a_page_without_judges_has_none():
    words = read(run_page("run", judged_run(), "", anchors=(SELF,), audit=Audit(tasks=7)).html()).words
    assert "Audited: 7 tasks a round." in words
    assert "word is worth" not in read(run_page("run", judged_run(), "").html()).words
    assert "word is worth" not in read(run_page("run", small_run(), "", anchors=(SELF,)).html()).words
    assert examined(0, small_run()[0].exam).attempts is None
