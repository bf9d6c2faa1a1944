"""What a command line asks of each study."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from headway.cli.fields import domain_named
from headway.domains import Addition, Columns, Strings
from headway.experiment import read
from headway.studies.collapse import Collapse
from headway.studies.grading import Grading
from headway.studies.lengths import NOISE, PAPER, Lengths
from headway.studies.pretrained import Elicitation

CLIMBS = {"copy": Strings(), "reverse": Strings(reverse=True), "columns": Columns()}


def collapse(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Collapse:
    """The study of collapse with these changes, in one domain where one is named."""
    refuse_unknown("collapse", changes, ("rounds", "ablations"), ("seeds", "domain"))
    refuse_other_than("ablations", changes, ("yes", "no"))
    study = Collapse(seeds=seeds or 8, ablations=changes.get("ablations", "yes") == "yes", **numbers(changes, "rounds"))
    return study if domain is None else replace(study, domains=(domain_named(domain),))


def lengths(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Lengths:
    """The study of lengths in a domain of `CLIMBS` or one written out.

    `--arms none,tool` runs only these, and `--arms none,noise` the noise study.
    """
    refuse_unknown("lengths", changes, ("rounds", "last", "arms", "size"), ("seeds", "domain"))
    refuse_other_than("size", changes, ("small", "paper"))
    study = Lengths(seeds=seeds or 3, **numbers(changes, "rounds", "last"))
    if domain is not None:
        study = replace(study, domain=climbed(domain))
    if "arms" in changes:
        study = replace(study, arms=tuple(changes["arms"].replace("noise", ",".join(NOISE)).split(",")))
    return replace(study, size=PAPER) if changes.get("size") == "paper" else study


def climbed(domain: str) -> Strings | Addition | Columns:
    """A domain of lengths by its name, or one written out."""
    found = CLIMBS.get(domain) or (read(domain) if "(" in domain else None)
    if not isinstance(found, Strings | Addition | Columns):
        raise ValueError(
            f"domain {domain!r} has no lengths to climb; name {', '.join(CLIMBS)}, or write one out as in "
            f"'Strings(longest=10, reverse=True)'"
        )
    return found


def pretrained(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Elicitation:
    """The study of a pretrained model with these changes."""
    sizes = ("rounds", "tasks", "examined", "updates")
    refuse_unknown("pretrained", changes, ("model", *sizes), ("seeds",))
    if domain is not None:
        raise ValueError("the study pretrained asks for sums and has no --domain; name another --model if you like")
    named: dict[str, Any] = {"model": changes["model"]} if "model" in changes else {}
    return Elicitation(seeds=seeds or 3, **named, **numbers(changes, *sizes))


def refuse_unknown(study: str, changes: Collection[str], fields: Collection[str], options: Collection[str]) -> None:
    """ValueError for a field that the study has not."""
    for field in changes:
        if field not in fields:
            known = ", ".join(f"--{name}" for name in (*options, *fields))
            raise ValueError(f"the study {study} has no field {field!r}; it has {known}")


def grading(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Grading:
    """The study of two graders of programs with these changes."""
    sizes = ("rounds", "tasks", "examined")
    refuse_unknown("grading", changes, sizes, ("seeds",))
    if domain is not None:
        raise ValueError("the study grading asks for programs and has no --domain")
    return Grading(seeds=seeds or 5, **numbers(changes, *sizes))


def refuse_other_than(field: str, changes: Mapping[str, str], allowed: Collection[str]) -> None:
    """ValueError for a value that the field may not have."""
    if field in changes and changes[field] not in allowed:
        raise ValueError(f"--{field} is {changes[field]!r}; allowed: {' or '.join(allowed)}")


def numbers(changes: Mapping[str, str], *fields: str) -> dict[str, Any]:
    """Those of the fields that are given, as whole numbers."""
    given = {field: changes[field] for field in fields if field in changes}
    for field, value in given.items():
        if not value.isdigit() or int(value) < 1:
            raise ValueError(f"--{field} is {value!r}; allowed: a whole number of at least 1")
    return {field: int(value) for field, value in given.items()}


STUDIES: Mapping[
    str, Callable[[Mapping[str, str], str | None, int | None], Collapse | Grading | Lengths | Elicitation]
] = {
    "collapse": collapse,
    "grading": grading,
    "lengths": lengths,
    "pretrained": pretrained,
}
