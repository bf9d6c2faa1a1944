"""Carrying out a study and writing its page."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from headway.cli.commands import said
from headway.cli.fields import domain_named
from headway.cli.study import followed
from headway.experiment import text
from headway.report import write
from headway.studies.collapse import Collapse
from headway.studies.trials import carry_out


def study(
    changes: Mapping[str, str],
    folder: Path,
    domain: str | None,
    seeds: int,
    workers: int,
    *,
    plan: bool,
    as_json: bool,
) -> None:
    """Every arm with every seed, then the page."""
    asked = _asked(changes, domain, seeds)
    if plan:
        first = asked.trials[0]
        return said({"trials": len(asked.trials)}, f"{asked!r}\n{len(asked.trials)} runs, such as\n{text(first.experiment)}", as_json=as_json)
    followed(carry_out(asked.trials, folder, workers=workers), asked.trials, Console(stderr=as_json))
    page = asked.page(folder)
    path = folder / "report.html"
    write(page, path)
    claims = [{"sentence": one.sentence, "evidence": one.evidence, "holds": one.holds} for one in page.claims]
    told = "\n".join(f"{MARK[claim.holds]} {claim.sentence}: {claim.evidence}" for claim in page.claims)
    said({"report": str(path), "verdict": page.verdict, "claims": claims}, f"\n{page.verdict}\n\n{told}\n\n{path}", as_json=as_json)


MARK = {True: "holds     ", False: "fails     ", None: "cannot say"}


def _asked(changes: Mapping[str, str], domain: str | None, seeds: int) -> Collapse:
    known = {"rounds", "ablations"}
    for field in changes:
        if field not in known:
            raise ValueError(f"a study has no field {field!r}; it has --seeds, --domain, {', '.join(sorted('--' + name for name in known))}")
    asked = Collapse(seeds=seeds)
    if domain is not None:
        asked = replace(asked, domains=(domain_named(domain),))
    if "rounds" in changes:
        asked = replace(asked, rounds=int(changes["rounds"]))
    if "ablations" in changes:
        asked = replace(asked, ablations=changes["ablations"].lower() in ("true", "yes", "1"))
    return asked
