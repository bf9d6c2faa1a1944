"""The claims of the gap study on cells whose gaps are known, and the study itself at small size."""

import numpy as np
import polars as pl
import pytest

from headway.cli.asking import gap
from headway.domains import Facts, Puzzles
from headway.measure.filters import Top
from headway.measure.gap import measured_gap
from headway.report import write
from headway.studies.gains import Cell, Seen, claims, correlation, verdict
from headway.studies.gap import Gaps, Taught
from headway.studies.trials import carry_out


def gap_of(knows, tasks=400, seed=0, accuracy=0.3):
    """A gap by a judge that sees the truth with probability `knows`, and guesses otherwise."""
    random = np.random.default_rng(seed)
    right = random.random((tasks, 8)) < accuracy
    said = np.where(random.random((tasks, 8)) < abs(knows), right if knows >= 0 else ~right, random.random((tasks, 8)))
    frame = pl.DataFrame(
        {
            "task": np.repeat([f"t{i}" for i in range(tasks)], 8),
            "truth": right.ravel().astype(float),
            "opinion": said.ravel().astype(float),
        }
    )
    return measured_gap(frame, [Top(0.25)])


def cell(domain, group, width, knows, share=0.3, tasks=400, accuracy=0.3):
    """A cell of which a round takes over `share` of the gap."""
    seen = []
    for seed in range(3):
        own, likely = (gap_of(one, tasks, seed + 100 * width + i, accuracy) for i, one in enumerate((knows, 0.1)))
        noise = np.random.default_rng(seed).normal(0, 0.05, 400)
        seen.append(Seen(own, likely, share * own.gap.value + noise))
    return Cell(domain, group, width, tuple(seen))


def test_what_rises_with_size_and_is_foretold_is_called_so():
    cells = [
        cell("puzzles", "puzzles", width, knows) for width, knows in ((16, 0.5), (24, 0.65), (32, 0.8), (48, 0.95))
    ]
    cells += [cell("facts", "facts second", width, 0.0, tasks=2500, accuracy=0.05) for width in (16, 24, 32, 48)]
    found = claims(cells)
    said = {claim.sentence: claim.holds for claim in found}
    assert said["puzzles: the relative gap rises with log compute"] is True
    assert said["puzzles: the verdict filters better than the text's own likelihood"] is True
    assert said["facts second: the gap is zero to within 1 point at every size (TOST)"] is True
    (foretold,) = (claim for claim in found if claim.sentence.startswith("the gap foretells"))
    assert foretold.holds is True
    assert "over 8 cells" in foretold.evidence
    assert verdict(cells).endswith("3 seeds.")


def test_a_small_sample_of_facts_shows_no_equivalence_and_a_gap_refutes_it():
    few = claims([cell("facts", "facts second", 16, 0.0, tasks=60)])
    many = claims([cell("facts", "facts second", 16, 0.5)])
    assert [claims[0].holds for claims in (few, many)] == [None, False]


def test_no_gap_is_read_where_the_judge_has_not_learned_to_judge():
    found = claims([cell("puzzles", "puzzles", width, knows) for width, knows in ((16, 0.1), (24, 0.9))])
    assert found[0].sentence.startswith("puzzles: the verdict's AUC")
    assert found[0].holds is False


def test_what_is_not_foretold_is_not_called_foretold():
    """Half of the cells gain the opposite of what was foretold."""
    cells = [
        cell("puzzles", "puzzles", width, 0.9 if width % 16 else 0.4, share=0.3 if place % 2 else -0.3)
        for place, width in enumerate((8, 16, 24, 32, 40, 48))
    ]
    assert claims(cells)[-2].holds is False


def test_the_correlation_of_a_line_is_one_and_of_a_constant_is_none():
    x = np.arange(6.0)
    assert correlation(x, 2 * x + 1).low == pytest.approx(1.0)
    assert correlation(x, np.ones(6)) is None


SMALL = Gaps(
    lessons=(
        Taught(Puzzles(numbers=3, largest=6), 150, 150, 4),
        Taught(Facts(8, 6, 8), 160, 70, 20, Facts(8, 6, 8, part="first")),
    ),
    widths=(8, 16),
    seeds=1,
    tasks=30,
    examined=20,
)


@pytest.mark.slow
def test_the_study_on_real_loops_at_small_size(tmp_path):
    list(carry_out(SMALL.trials, tmp_path, workers=1))
    page = SMALL.page(tmp_path)
    assert [section.title for section in page.sections] == ["puzzles", "facts"]
    foretold = page.claims[-2]
    assert "over 6 cells" in foretold.evidence  # two sizes of puzzles, and of either part of the facts
    write(page, tmp_path / "report.html")
    assert "relative gap" in (tmp_path / "report.html").read_text()


def test_verdicts_are_taught_on_one_part_of_the_facts_and_never_on_the_other():
    taught = SMALL.lessons[1]
    judged = taught.judged.graded(taught.graded, 0)
    assert set(judged["traits"].struct.field("part")) == {"first"}
    told = taught.domain.graded(taught.gold, 0)
    assert set(told["traits"].struct.field("part")) == {"first", "second"}


def test_the_command_line_describes_the_study():
    asked = gap({"widths": "16,32", "tasks": "10"}, "facts", 2)
    assert len(asked.trials) == 2 * 2
    assert asked.tasks == 10
    with pytest.raises(ValueError, match="multiples of 8"):
        gap({"widths": "16,30"}, None, None)
    with pytest.raises(ValueError, match="not 'mazes'"):
        gap({}, "mazes", None)
