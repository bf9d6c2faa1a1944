"""Carrying out `headway studies`: every system's study in turn, then one table."""

import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from headway.cli.nine import NINE, Outcome, System
from headway.cli.output import said
from headway.cli.overview import SAID, OverviewPage, summary_of, table_of
from headway.cli.study import followed
from headway.models import MODELS, folder_of
from headway.report import write
from headway.studies.trials import carry_out


def studies(only: Sequence[str], folder: Path, workers: int, *, full: bool, plan: bool, as_json: bool) -> None:
    """The systems named in `only`, or all; a study that an earlier process finished is only read."""
    systems = chosen(only)
    if plan:
        runs = {one.name: len(one.asked(full=full).trials) for one in systems}
        lines = [f"{one.name}  headway run {one.study}: {runs[one.name]} runs" for one in systems]
        return said({"runs": runs}, "\n".join(lines), as_json=as_json)
    refuse_missing(systems)
    console = Console(stderr=as_json)
    outcomes = [carried_out(one, folder, workers, console, full=full) for one in systems]
    page = folder / "report.html"
    write(OverviewPage(tuple(outcomes), folder, full), page)
    if as_json:
        return said({"report": str(page), "systems": [described(one) for one in outcomes]}, "", as_json=True)
    console.print(table_of(outcomes))
    console.print(f"{summary_of(outcomes)}\n\n{page}", highlight=False)
    return None


def chosen(only: Sequence[str]) -> tuple[System, ...]:
    """The systems of these names, or of these studies; ValueError for what is neither."""
    known = {one.name.lower(): one for one in NINE} | {one.study: one for one in NINE}
    for name in only:
        if name.lower() not in known:
            raise ValueError(f"there is no system {name!r}; name some of {', '.join(one.name for one in NINE)}")
    named = [known[name.lower()] for name in only]
    return tuple(one for one in NINE if not only or one in named)


def refuse_missing(systems: Sequence[System]) -> None:
    """ValueError before anything is run, where a study needs a corpus that is not on this machine."""
    for one in systems:
        if one.corpus is not None and not folder_of(MODELS[one.corpus]).is_dir():
            raise ValueError(
                f"{one.name} learns from {one.corpus}, which are not here; type `headway models fetch {one.corpus}` "
                f"(5 MB, once), or name the systems that you want, such as `headway studies S1 S6`"
            )


def carried_out(system: System, folder: Path, workers: int, console: Console, *, full: bool) -> Outcome:
    """One study to its end, and what it says of its system."""
    asked, mine = system.asked(full=full), folder / system.study
    console.print(f"[bold]{system.name}[/] {system.sentence}", highlight=False)
    begun = time.monotonic()
    trials = asked.trials
    followed(carry_out(trials, mine, workers=workers), trials, console)
    page = asked.page(mine)
    write(page, mine / "report.html")
    took = time.monotonic() - begun
    found = Outcome(system, system.decided(page.claims), took, mine / "report.html", page.verdict)
    console.print(f"{SAID[found.holds][0]}: {page.verdict}\n", highlight=False, soft_wrap=True)
    return found


def described(one: Outcome) -> dict:
    """An outcome as plain data."""
    claims = [{"sentence": claim.sentence, "evidence": claim.evidence, "holds": claim.holds} for claim in one.claims]
    return {
        "system": one.system.name,
        "study": one.system.study,
        "sentence": one.system.sentence,
        "measured": one.verdict,
        "holds": one.holds,
        "claims": claims,
        "minutes": round(one.seconds / 60, 2),
        "report": str(one.page),
    }
