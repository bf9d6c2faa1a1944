"""Carrying out a study and writing its page."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from headway.cli.fields import domain_named
from headway.cli.output import said
from headway.cli.study import followed
from headway.domains import Addition, Columns, Strings
from headway.experiment import read, text
from headway.report import write
from headway.studies.collapse import Collapse
from headway.studies.lengths import NOISE, PAPER, Lengths
from headway.studies.trials import carry_out

MARK = {True: "holds     ", False: "fails     ", None: "cannot say"}
FIELDS = ("rounds", "ablations")
CLIMBS = {"copy": Strings(), "reverse": Strings(reverse=True), "columns": Columns()}
CLIMB_FIELDS = ("rounds", "last", "arms", "size")


def asked(changes: Mapping[str, str], domain: str | None, seeds: int) -> Collapse:
    """The study with these seeds and changes, in one domain where one is named."""
    for field in changes:
        if field not in FIELDS:
            options = ", ".join(f"--{name}" for name in ("seeds", "domain", *FIELDS))
            raise ValueError(f"a study has no field {field!r}; it has {options}")
    if not changes.get("rounds", "1").isdigit():
        raise ValueError(f"--rounds is {changes['rounds']!r}; allowed: a whole number of at least 1")
    if changes.get("ablations", "yes") not in ("yes", "no"):
        raise ValueError(f"--ablations is {changes['ablations']!r}; allowed: yes or no")
    study = Collapse(seeds=seeds, ablations=changes.get("ablations", "yes") == "yes")
    if domain is not None:
        study = replace(study, domains=(domain_named(domain),))
    return replace(study, rounds=int(changes["rounds"])) if "rounds" in changes else study


def asked_to_climb(changes: Mapping[str, str], domain: str | None, seeds: int) -> Lengths:
    """The study of lengths in a domain of `CLIMBS` or one written out; `--arms none,tool` runs only these, and
    `--arms none,noise` the noise study.
    """
    for field in changes:
        if field not in CLIMB_FIELDS:
            options = ", ".join(f"--{name}" for name in ("seeds", "domain", *CLIMB_FIELDS))
            raise ValueError(f"the study lengths has no field {field!r}; it has {options}")
    for field in {"rounds", "last"} & set(changes):
        if not changes[field].isdigit():
            raise ValueError(f"--{field} is {changes[field]!r}; allowed: a whole number of at least 1")
    if changes.get("size", "small") not in ("small", "paper"):
        raise ValueError(f"--size is {changes['size']!r}; allowed: small or paper")
    numbers = {field: int(changes[field]) for field in ("rounds", "last") if field in changes}
    study = replace(Lengths(seeds=seeds), **numbers)
    if domain is not None:
        found = CLIMBS.get(domain) or (read(domain) if "(" in domain else None)
        if not isinstance(found, Strings | Addition | Columns):
            raise ValueError(
                f"domain {domain!r} has no lengths to climb; name {', '.join(CLIMBS)}, or write one out as in "
                f"'Strings(longest=10, reverse=True)'"
            )
        study = replace(study, domain=found)
    if "arms" in changes:
        arms = changes["arms"].replace("noise", ",".join(NOISE))
        study = replace(study, arms=tuple(arms.split(",")))
    return replace(study, size=PAPER) if changes.get("size") == "paper" else study


def study(asked: Collapse | Lengths, folder: Path, workers: int, *, plan: bool, as_json: bool) -> None:
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
