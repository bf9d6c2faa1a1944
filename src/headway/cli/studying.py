"""Carrying out a study and writing its page."""

from pathlib import Path
from typing import Protocol

from rich.console import Console

from headway.cli.output import said
from headway.cli.study import followed
from headway.experiment import text
from headway.report import Page, write
from headway.studies.trials import Trial, carry_out

MARK = {True: "holds     ", False: "fails     ", None: "cannot say"}


class Study(Protocol):
    """A question: its runs, and the page that they answer it with."""

    @property
    def trials(self) -> list[Trial]: ...

    def page(self, folder: Path) -> Page: ...


def study(asked: Study, folder: Path, workers: int, *, plan: bool, as_json: bool) -> None:
    """Every arm with every seed, then the page."""
    trials = asked.trials
    if plan:
        runs = f"{len(trials)} runs, such as\n{text(trials[0].experiment)}"
        return said({"trials": len(trials)}, f"{asked!r}\n{runs}", as_json=as_json)
    followed(carry_out(trials, folder, workers=workers), trials, Console(stderr=as_json))
    page = asked.page(folder)
    path = folder / "report.html"
    write(page, path)
    claims = [{"sentence": one.sentence, "evidence": one.evidence, "holds": one.holds} for one in page.claims]
    told = "\n".join(f"{MARK[claim.holds]} {claim.sentence}: {claim.evidence}" for claim in page.claims)
    said(
        {"report": str(path), "verdict": page.verdict, "claims": claims},
        f"\n{page.verdict}\n\n{told}\n\n{path}",
        as_json=as_json,
    )
