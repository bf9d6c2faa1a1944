"""S1: a loop that selects by its own judgement collapses; what does it take to compound instead?

Every arm starts from the same policy, samples the same tasks as often, trains with the same settings
for the same epochs, and is examined on the same held-out tasks. Arms differ in what they select by,
what they learn beside it, and whether anything can say no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headway.domains import Addition, Puzzles
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.presets import closed, guarded
from headway.report import Arm, Claim, Page, Section
from headway.select import Above, Best, Random, Replay, Spread
from headway.stages import Domain, Report, require
from headway.studies.contrasts import (
    Run,
    at_least,
    at_most,
    contrast,
    curves_cross,
    ends,
    falls,
    rises,
    starts,
    trend_over_rounds,
)
from headway.studies.trials import Trial
from headway.train import Fit

ABOUT = {
    "none": "No loop: the policy as it came.",
    "random": "Keeps 4 attempts a task at random: drift without selection.",
    "self": "Keeps the 4 attempts a task that the model itself thinks best: quality alone, its own judge.",
    "tool": "Keeps up to 4 attempts a task that an exact check finds right: quality alone, an external judge.",
    "guarded": "As tool, with replay of earlier rounds and of given data, and a gate.",
    "guarded with spread": "Keeps no answer twice at a task, rare answers first.",
    "guarded without replay": "Learns only what this round selected.",
    "guarded without gate": "Accepts every round.",
    "guarded with interpolation": "Mixes three tenths of the starting weights into each round's result.",
}
MAIN = ("random", "self", "tool", "guarded")
ABLATIONS = tuple(name for name in ABOUT if name.startswith("guarded with"))
GIVEN = {"addition": (2000, 2000)}
"""Right answers and graded tasks that the first policy is made from, where not those of the presets: a verdict on a
sum has to be learned from more examples than a verdict on a puzzle."""
FLAT = 0.02
"""Accuracy that moves less than this is called flat."""
HELD = -0.05
"""Coverage that may be lost and still count as held: half of what the gate allows, and what one seed can show."""
VALID = 0.95
"""A collapsed policy must still write readable answers, or it was broken rather than collapsed."""


@dataclass(frozen=True)
class Collapse:
    """The study: `seeds` runs of every arm in every domain, the ablations in the first domain only."""

    domains: tuple[Domain, ...] = (Puzzles(), Addition(1, 2))
    seeds: int = 8
    rounds: int = 8
    ablations: bool = True

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial(domain.name, arm, experiment)
            for seed in range(self.seeds)
            for domain in self.domains
            for arm, experiment in self.arms(domain, seed).items()
        ]

    def arms(self, domain: Domain, seed: int) -> Mapping[str, Experiment]:
        """The experiments to compare in one domain with one seed."""
        found = arms(domain)
        names = ("none", *MAIN, *(ABLATIONS if self.ablations and domain == self.domains[0] else ()))
        return {name: replace(found[name], seed=seed, rounds=0 if name == "none" else self.rounds) for name in names}

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[tuple[str, str], list[Run]] = {}
        for trial in self.trials:
            runs.setdefault((trial.section, trial.arm), []).append(read_run(folder / trial.folder).history)
        sections, claims = [], []
        for domain in self.domains:
            found = {arm: many for (section, arm), many in runs.items() if section == domain.name}
            sections.append(_section(domain.name, f"{domain!r}", found, MAIN))
            claims += claimed(domain.name, found)
            if ABLATIONS[0] in found:
                about = "The guarded arm, and what is left of it when one part is taken away."
                sections.append(_section(f"{domain.name}: which part does it", about, found, ("guarded", *ABLATIONS)))
                claims += ablated(domain.name, found)
        first = {arm: many for (section, arm), many in runs.items() if section == self.domains[0].name}
        return Page(
            "Collapse: quality alone, judged by the model itself",
            verdict(self.domains[0].name, first, claims),
            tuple(sections),
            tuple(claims),
            text(arms(self.domains[0])["guarded"]),
        )


def arms(domain: Domain) -> dict[str, Experiment]:
    """Every arm, as changes to the two presets."""
    gold, graded = GIVEN.get(domain.name, (3000, 600))
    quality, full = closed(domain, gold, graded), guarded(domain, gold, graded)
    format_only = Replay(Best(of="self"), domain, share=0.0, earlier=False, gold=gold, graded=graded)
    external = replace(format_only, inner=Above(of="tool"))
    different = Replay(Spread(of="tool"), domain, gold=gold, graded=graded)
    return {
        "none": quality,
        "random": _with(quality, select=replace(format_only, inner=Random())),
        "self": quality,
        "tool": _with(quality, select=external),
        "guarded": full,
        "guarded with spread": _with(full, select=different),
        "guarded without replay": _with(full, select=external),
        "guarded without gate": _with(full, gate=Always()),
        "guarded with interpolation": _with(full, train=Fit(interpolate=0.3)),
    }


def _with(experiment: Experiment, **choices: Any) -> Experiment:
    loop: Loop = replace(experiment.loop, **choices)
    return replace(experiment, loop=loop)


def _section(title: str, about: str, runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> Section:
    return Section(title, about, tuple(Arm(name, ABOUT[name], tuple(runs[name])) for name in names))


def coverage(reports: Sequence[Report]) -> str:
    """The name of pass@k at the largest k that was measured."""
    return max((name for name in reports[0].estimates if name.startswith("pass@")), key=lambda name: int(name[5:]))


def claimed(domain: str, runs: Mapping[str, Sequence[Run]]) -> list[Claim]:
    """What the study claims of the main arms in one domain, each sentence with its numbers."""
    base = starts(runs["self"])
    last = {arm: ends(many) for arm, many in runs.items()}
    most = coverage(base)

    def moved(arm: str, metric: str):
        return contrast(base, last[arm], metric)

    found = [
        rises("self: the model thinks better and better of its own answers (self-score)", moved("self", "self_score")),
        at_most("self: accuracy is flat or down", moved("self", "accuracy"), FLAT),
        falls(f"self: coverage falls ({most})", moved("self", most)),
        falls("self: fewer different right answers", moved("self", "distinct_right")),
        falls("self: its verdict tells right from wrong less well (AUC)", moved("self", "verdict_auc")),
        falls(
            f"selection, not drift: self ends with less {most} than random keep",
            contrast(last["random"], last["self"], most),
        ),
        Claim(
            "self: still a working language model (readable answers)",
            f"{_mean(last['self'], 'valid'):.3f} readable, at least {VALID} wanted",
            _mean(last["self"], "valid") >= VALID,
        ),
        rises("tool: an external check raises accuracy", moved("tool", "accuracy")),
        falls(f"tool: and still narrows ({most})", moved("tool", most)),
        rises("guarded: accuracy rises", moved("guarded", "accuracy")),
        at_least(f"guarded: coverage is held ({most})", moved("guarded", most), HELD),
        at_least("guarded: different right answers are held", moved("guarded", "distinct_right"), HELD),
        rises(f"guarded ends with more {most} than tool", contrast(last["tool"], last["guarded"], most)),
        rises("guarded ends with more accuracy than self", contrast(last["self"], last["guarded"], "accuracy")),
    ]
    found += [
        _trend(runs["self"]),
        *(_crossing(arm, base, last[arm]) for arm in ("self", "tool")),
        _above(base, last["guarded"]),
    ]
    return [replace(claim, sentence=f"{domain}: {claim.sentence}") for claim in found]


def ablated(domain: str, runs: Mapping[str, Sequence[Run]]) -> list[Claim]:
    """What each part of the guarded arm is worth: the arm that lacks it against the one that has it."""
    found = []
    for arm in ABLATIONS:
        lacks, has = ("guarded", arm) if " with " in arm else (arm, "guarded")
        part = arm.split()[-1]
        before, after = ends(runs[lacks]), ends(runs[has])
        found += [
            rises(f"{domain}: {part} adds {metric}", contrast(before, after, metric))
            for metric in ("accuracy", coverage(after), "distinct_right")
        ]
    return found


def _trend(runs: Sequence[Run]) -> Claim:
    p_value = trend_over_rounds(runs, "self_score")
    said = (
        "one seed: no trend test" if p_value is None else f"Page's L over {len(runs)} seeds, one-sided p={p_value:.4f}"
    )
    return Claim("self: self-score rises round after round", said, None if p_value is None else p_value < 0.01)


def _crossing(arm: str, before: Sequence[Report], after: Sequence[Report]) -> Claim:
    sentence = f"{arm}: pass@k crosses the starting policy's, ahead at k=1 and behind at large k"
    crossing = curves_cross(before, after)
    if crossing is None:
        side = "behind" if _mean(after, "accuracy") < _mean(before, "accuracy") else "ahead"
        return Claim(sentence, f"no crossing: it is {side} at every k", False)
    return Claim(sentence, str(crossing), True if crossing.share >= 0.975 else None)


def _above(before: Sequence[Report], after: Sequence[Report]) -> Claim:
    sentence = "guarded: pass@k is ahead of the starting policy's at every k"
    crossing = curves_cross(before, after)
    if crossing is not None:
        return Claim(sentence, f"behind {crossing}", False if crossing.share >= 0.975 else None)
    ahead = _mean(after, "accuracy") > _mean(before, "accuracy")
    return Claim(sentence, "the mean curves do not cross", ahead)


def _mean(reports: Sequence[Report], metric: str) -> float:
    return sum(report.estimates[metric].value for report in reports) / len(reports)


def verdict(domain: str, runs: Mapping[str, Sequence[Run]], claims: Sequence[Claim]) -> str:
    """One sentence for the top of the page, worded by what the claims in this domain found."""
    found = {claim.sentence: claim.holds for claim in claims}
    base, own, kept = starts(runs["self"]), ends(runs["self"]), ends(runs["guarded"])
    most = coverage(base)
    collapsed = all(
        holds
        for sentence, holds in found.items()
        if sentence.startswith(tuple(f"{domain}: self: {part}" for part in ("accuracy", "coverage", "the model")))
    )
    compounded = all(
        holds
        for sentence, holds in found.items()
        if sentence.startswith((f"{domain}: guarded: accuracy", f"{domain}: guarded: coverage"))
    )

    def path(metric: str, after) -> str:
        return f"{_mean(base, metric):.2f} → {_mean(after, metric):.2f}"

    bare = (
        "Left to its own judgement, the loop collapses"
        if collapsed
        else "The self-judged loop did not clearly collapse"
    )
    safe = "Guarded, the same loop compounds" if compounded else "The guarded loop did not clearly compound"
    return (
        f"{bare}: what it thinks of itself (self-score) goes {path('self_score', own)}, "
        f"its accuracy {path('accuracy', own)} and {most} {path(most, own)}. "
        f"{safe}: accuracy {path('accuracy', kept)}, {most} {path(most, kept)} "
        f"({domain}, {len(base)} seed{'s' if len(base) > 1 else ''})."
    )
