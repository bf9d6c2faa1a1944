"""`headway studies`: what decides, what is shown, and which systems are run."""

import json

import pytest
from rich.console import Console

from headway.cli.nine import NINE, Outcome
from headway.cli.overseeing import chosen, refuse_missing
from headway.cli.overview import OverviewPage, table_of
from headway.report import Claim


def outcome(tmp_path, *holds):
    claims = tuple(Claim(f"claim {place}", "1 → 2", each) for place, each in enumerate(holds))
    return Outcome(NINE[0], claims, 90.0, tmp_path / "collapse" / "report.html", "coverage <fell>: .8 → .4")


@pytest.mark.parametrize(
    ("holds", "whole"), [((True, True), True), ((True, False, None), False), ((True, None), None), ((None,), None)]
)
def test_every_deciding_claim_has_to_hold(tmp_path, holds, whole):
    assert outcome(tmp_path, *holds).holds is whole


def test_a_study_that_makes_no_deciding_claim_cannot_tell():
    (claim,) = NINE[0].decided([Claim("something else", "", True)])
    assert claim.holds is None and "too short" in claim.evidence


def test_the_table_and_the_page_say_what_was_measured(tmp_path):
    found = outcome(tmp_path, True, None)
    console = Console(width=150, record=True)
    console.print(table_of([found]))
    said = console.export_text()
    assert "cannot tell" in said and "1.5" in said
    page = OverviewPage((found,), tmp_path, full=False).html()
    assert "coverage &lt;fell&gt;" in page and 'href="collapse/report.html"' in page
    assert "of one seed" in page


def test_systems_are_chosen_by_name_or_study_in_their_order():
    assert [one.name for one in chosen(("horizon", "s1"))] == ["S1", "S9"]
    assert chosen(()) == NINE
    with pytest.raises(ValueError, match="no system 'S12'"):
        chosen(("S12",))


def test_what_is_not_here_is_said_before_anything_is_run(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWAY_CACHE", str(tmp_path))
    with pytest.raises(ValueError, match="S5 learns from plays, which are not here; type `headway models fetch plays`"):
        refuse_missing(chosen(()))
    refuse_missing(chosen(("S1",)))


def test_the_plan_runs_nothing(capsys):
    from headway.cli.commands import app

    app(["studies", "--plan", "--json"], result_action="return_value")
    assert json.loads(capsys.readouterr().out)["runs"].keys() == {one.name for one in NINE}
