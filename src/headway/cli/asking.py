"""What a command line asks of each study."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from headway.cli.fields import domain_named
from headway.cli.studying import Study
from headway.domains import Addition, Columns, Strings, Worksheet
from headway.experiment import read
from headway.studies.anchors import Anchors
from headway.studies.calibration import Calibrated
from headway.studies.calibration import quick as quick_calibration
from headway.studies.collapse import Collapse
from headway.studies.forecasting import Foretold
from headway.studies.forecasting import quick as quick_forecasting
from headway.studies.gap import Gaps
from headway.studies.governor import Governed
from headway.studies.governor import quick as quick_governor
from headway.studies.grading import Grading
from headway.studies.horizon import Horizons
from headway.studies.horizon import quick as quick_horizon
from headway.studies.lengths import COPY, MATCHING, NOISE, PAPER, REPEATS, REVERSE, REVERSING, SMALL, Lengths, Size
from headway.studies.pretrained import Elicitation
from headway.studies.selfplay import Played
from headway.studies.selfplay import quick as quick_selfplay
from headway.studies.tuning import Tuned
from headway.studies.tuning import quick as quick_tuning
from headway.studies.values import Values
from headway.studies.values import quick as quick_values
from headway.train import Draw

CLIMBS = {
    "copy": COPY,
    "reverse": REVERSE,
    "columns": Columns(),
    "worksheet": Worksheet(repeats=REPEATS),
}

SIZES = ("small", "paper")
AnyStudy = TypeVar("AnyStudy", Calibrated, Played, Governed, Horizons, Values, Tuned, Foretold)


@dataclass(frozen=True)
class Changes(Generic[AnyStudy]):
    """What may be changed of a study that has a `quick` form.

    Fields in `sizes` are whole numbers; those in `lists`, each with the study's own name for it, have commas.
    `options` are the options that a message names beside the fields.
    """

    name: str
    quick: Callable[[AnyStudy], AnyStudy]
    sizes: Collection[str]
    lists: tuple[tuple[str, str], ...] = (("arms", "arms"),)
    options: Collection[str] = ("seeds",)

    def __call__(self, study: AnyStudy, changes: Mapping[str, str], seeds: int | None) -> AnyStudy:
        """The study with these changes; ValueError for a field that it has not, or for what it may not have."""
        refuse_unknown(self.name, changes, (*self.sizes, *(said for said, _ in self.lists), "size"), self.options)
        refuse_other_than("size", changes, ("full", "quick"))
        if changes.get("size") == "quick":
            study = self.quick(study)
        given: dict[str, Any] = numbers(changes, *self.sizes)
        given |= {known: tuple(changes[said].split(",")) for said, known in self.lists if said in changes}
        return replace(study, **given if seeds is None else given | {"seeds": seeds})


def collapse(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Collapse:
    """The study of collapse with these changes, in one domain where one is named."""
    refuse_unknown("collapse", changes, ("rounds", "ablations"), ("seeds", "domain"))
    refuse_other_than("ablations", changes, ("yes", "no"))
    study = Collapse(seeds=seeds or 8, ablations=changes.get("ablations", "yes") == "yes", **numbers(changes, "rounds"))
    return study if domain is None else replace(study, domains=(domain_named(domain),))


def anchors(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Anchors:
    """The study of anchors with these changes, in one domain."""
    sizes = ("rounds", "tasks", "examined", "updates")
    refuse_unknown("anchors", changes, (*sizes, "doses", "model"), ("seeds", "domain"))
    refuse_other_than("doses", changes, ("yes", "no"))
    study = Anchors(doses=changes.get("doses", "yes") == "yes")
    if "model" in changes:
        if domain is not None:
            raise ValueError("the anchors of a pretrained --model are tried on sums, and have no --domain")
        study = Anchors(model=changes["model"], seeds=1, rounds=2, tasks=24, examined=32)
    study = replace(study, seeds=seeds or study.seeds, **numbers(changes, *sizes))
    return study if domain is None else replace(study, domain=domain_named(domain))


def lengths(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Lengths:
    """The study of lengths in a domain of `CLIMBS` or one written out.

    `--arms none,tool` runs only these, and `--arms length,noise` the noise study; `--each 'Draw(...)'` says how a round
    trains.
    """
    fields = ("rounds", "last", "begin", "arms", "size", "heads", "each", "device")
    refuse_unknown("lengths", changes, fields, ("seeds", "domain"))
    refuse_other_than("size", changes, SIZES)
    refuse_other_than("device", changes, ("cpu", "cuda"))
    study = Lengths(seeds=seeds or 3, **numbers(changes, "rounds", "last", "begin"))
    if domain is not None:
        study = replace(study, domain=climbed(domain))
    if "arms" in changes:
        study = replace(study, arms=tuple(changes["arms"].replace("noise", ",".join(NOISE)).split(",")))
    size = PAPER if changes.get("size") == "paper" else small(study.domain)
    size = replace(size, device=changes.get("device", "cpu"))
    if "each" in changes:
        size = replace(size, each=drawn(changes["each"]))
    return replace(study, size=replace(size, **numbers(changes, "heads")))


def small(domain: Strings | Addition | Columns | Worksheet) -> Size:
    """The best shape known for two cores."""
    if not isinstance(domain, Strings):
        return SMALL
    return REVERSING if domain.reverse else MATCHING


def drawn(each: str) -> Draw:
    """How a round trains, written out."""
    found = read(each)
    if not isinstance(found, Draw):
        raise ValueError(f"--each is {each!r}; write out how a round trains, as in '{SMALL.each!r}'")
    return found


def calibration(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Calibrated:
    """The study of calibration with these changes; `--size quick` is two arms in about two minutes."""
    refuse_domain(domain, "the study calibration asks witnesses, whose best accuracy is known, and has no --domain")
    return Changes("calibration", quick_calibration, ("rounds",))(Calibrated(), changes, seeds)


def selfplay(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Played:
    """The study of self-play with these changes; `--size quick` is two arms in under three minutes."""
    refuse_domain(domain, "the study selfplay poses arithmetic, which a policy can write itself, and has no --domain")
    sizes = ("rounds", "proposals", "updates", "examined")
    return Changes("selfplay", quick_selfplay, sizes)(Played(), changes, seeds)


def climbed(domain: str) -> Strings | Addition | Columns | Worksheet:
    """A domain of lengths by its name, or one written out."""
    found = CLIMBS.get(domain) or (read(domain) if "(" in domain else None)
    if not isinstance(found, Strings | Addition | Columns | Worksheet):
        raise ValueError(
            f"domain {domain!r} has no lengths to climb; name {', '.join(CLIMBS)}, or write one out as in "
            f"'Strings(longest=10, reverse=True)'"
        )
    return found


def pretrained(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Elicitation:
    """The study of a pretrained model with these changes."""
    sizes = ("rounds", "tasks", "examined", "updates")
    refuse_unknown("pretrained", changes, ("model", *sizes), ("seeds",))
    refuse_domain(domain, "the study pretrained asks for sums and has no --domain; name another --model if you like")
    named: dict[str, Any] = {"model": changes["model"]} if "model" in changes else {}
    return Elicitation(seeds=seeds or 3, **named, **numbers(changes, *sizes))


def gap(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Gaps:
    """The study of the gap, in one of its domains where one is named, at some of its widths where they are given."""
    refuse_unknown("gap", changes, ("widths", "tasks", "examined"), ("seeds", "domain"))
    study = Gaps(seeds=seeds or 3, **numbers(changes, "tasks", "examined"))
    if "widths" in changes:
        widths = changes["widths"].split(",")
        if not all(width.isdigit() and int(width) % 8 == 0 for width in widths):
            raise ValueError(
                f"--widths is {changes['widths']!r}; allowed: multiples of 8 with commas, such as 16,32,64"
            )
        study = replace(study, widths=tuple(map(int, widths)))
    if domain is None:
        return study
    lessons = {taught.domain.name: taught for taught in study.lessons}
    if domain not in lessons:
        raise ValueError(f"the study gap asks {', '.join(lessons)}, not {domain!r}")
    return replace(study, lessons=(lessons[domain],))


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
    refuse_domain(domain, "the study grading asks for programs and has no --domain")
    return Grading(seeds=seeds or 5, **numbers(changes, *sizes))


def refuse_domain(domain: str | None, why: str) -> None:
    """ValueError where a domain is named."""
    if domain is not None:
        raise ValueError(why)


def refuse_other_than(field: str, changes: Mapping[str, str], allowed: Collection[str]) -> None:
    """ValueError for a value that the field may not have."""
    if field in changes and changes[field] not in allowed:
        raise ValueError(f"--{field} is {changes[field]!r}; allowed: {' or '.join(allowed)}")


def governor(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Governed:
    """The study of gates with these changes; `--size quick` is three arms and one seed in under three minutes."""
    study = Governed() if domain is None else Governed(domain=domain_named(domain))
    sizes = ("rounds", "tasks", "examined", "updates")
    made = Changes("governor", quick_governor, sizes, (("arms", "only"),), ("seeds", "domain"))
    return made(study, changes, seeds)


def horizon(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Horizons:
    """The study of long execution with these changes; `--size quick` is one width and one loop in about two minutes."""
    refuse_domain(domain, "the study horizon asks chains, in which every step can be checked, and has no --domain")
    sizes = ("rounds", "documents", "examined", "plans")
    return Changes("horizon", quick_horizon, sizes)(Horizons(), changes, seeds)


def values(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Values:
    """The study of what a judge prefers; `--size quick` is one width and one tuning in about a minute."""
    refuse_domain(domain, "the study values asks about outcomes of known worth, and has no --domain")
    study, rest = Values(model=changes.get("model")), {name: said for name, said in changes.items() if name != "model"}
    made = Changes("values", quick_values, ("rounds", "compared", "tasks"), options=("seeds", "model"))
    return made(study, rest, seeds)


def tuning(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Tuned:
    """The study of preference tuning with these changes; `--size quick` is its two main arms."""
    refuse_domain(domain, "the study tuning asks functions and verse of one model, and has no --domain")
    sizes = ("rounds", "tasks", "updates", "examined")
    return Changes("tuning", quick_tuning, sizes)(Tuned(), changes, seeds)


def forecasting(changes: Mapping[str, str], domain: str | None, seeds: int | None) -> Foretold:
    """The study of the forecast with these changes; `--size quick` is one seed."""
    refuse_domain(domain, "the study forecasting tunes several domains; choose them with --domains functions,verse")
    sizes, lists = ("tasks", "updates", "examined"), (("domains", "domains"),)
    return Changes("forecasting", quick_forecasting, sizes, lists)(Foretold(), changes, seeds)


def numbers(changes: Mapping[str, str], *fields: str) -> dict[str, Any]:
    """Those of the fields that are given, as whole numbers."""
    given = {field: changes[field] for field in fields if field in changes}
    for field, value in given.items():
        if not value.isdigit() or int(value) < 1:
            raise ValueError(f"--{field} is {value!r}; allowed: a whole number of at least 1")
    return {field: int(value) for field, value in given.items()}


STUDIES: Mapping[str, Callable[[Mapping[str, str], str | None, int | None], Study]] = {
    "anchors": anchors,
    "calibration": calibration,
    "collapse": collapse,
    "forecasting": forecasting,
    "gap": gap,
    "governor": governor,
    "grading": grading,
    "horizon": horizon,
    "lengths": lengths,
    "pretrained": pretrained,
    "values": values,
    "tuning": tuning,
    "selfplay": selfplay,
}
