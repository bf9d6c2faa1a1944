"""The part of the page about judges: what each one's word is worth on this policy's attempts, found anew every round.

One arm shows all its judges; several show the judge that each selects by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from headway.measure.blind_spot import effective_judges
from headway.measure.scorecard import Anchor, Audit, Scorecard
from headway.report.contents import Arm, Section
from headway.report.drawing import Axis, Curve, Plot
from headway.report.figures import SHARE_TICKS, figure, panel, rounds_axis
from headway.report.standing import Point, Run, over_seeds
from headway.report.tables import table
from headway.report.words import counted, escaped, gain, number, with_interval
from headway.stages import Round
from headway.stats import Estimate

ABOUT = (
    "Each judge is held against the truth on whole tasks of every round, the same tasks for every judge. "
    "<b>Accepts right</b> and <b>accepts wrong</b> are the shares of right and of wrong attempts to which it gives at "
    "least {floor}: a filter helps as far as they are apart. <b>AUC</b> is how well it orders the attempts of one task "
    "(.5 is chance). <b>Blind spot</b> is the correlation of its errors with the policy's own log-probability, the "
    "truth held fixed: above 0 it likes what the policy writes anyway. <b>Predicted</b> is what accepting at {floor} "
    "would add to the share right, by these rates; <b>gained</b> is what selection did add, where it went by this "
    "judge. <b>Age</b> is how many rounds old the weights are that it reads, where the loop changes them it can move "
    "its own ruler; <b>asked</b> is how many different answers it was asked about in the round."
)
QUIET = '<span class="quiet">–</span>'


@dataclass(frozen=True)
class Audited:
    """The scorecards of one judge of one arm: one list a seed, in the order of rounds."""

    arm: Arm
    anchor: Anchor
    seeds: tuple[tuple[Scorecard, ...], ...]

    @property
    def rounds(self) -> list[int]:
        """The rounds in which it was audited with every seed."""
        found = [{card.round for card in cards} for cards in self.seeds]
        return sorted(set.intersection(*found)) if found else []

    def at(self, turn: int) -> list[Scorecard]:
        """Every seed's scorecard of one round."""
        return [card for cards in self.seeds for card in cards if card.round == turn]

    def over(self, turn: int, of: Callable[[Scorecard], Estimate | None]) -> Estimate | None:
        """One of its numbers in a round: over tasks with one seed, over seeds with several; None if a seed lacks it."""
        found = [of(card) for card in self.at(turn)]
        known = [one for one in found if one is not None]
        return over_seeds(known) if known and len(known) == len(found) else None


def scorecards(section: Section) -> str:
    """The figure and the tables of a section's judges; nothing where there are none to audit."""
    audited = [
        found
        for arm in section.arms
        for anchor in arm.anchors
        if (len(section.arms) == 1 or anchor.chosen) and (found := _audited(arm, anchor, section)).rounds
    ]
    if not audited:
        return ""
    tasks = max(card.tasks for one in audited for card in one.at(one.rounds[-1]))
    about = ABOUT.format(floor=number(section.audit.floor))
    return (
        f"<h4>What the judges' word is worth</h4><p>{about} Audited: {counted(tasks, 'task')} a round.</p>"
        f"{_figure(section, audited)}{_latest(section, audited)}{_together(section)}{_by_round(section, audited)}"
    )


def judged(turn: Round, anchor: str, truth: str) -> pl.DataFrame | None:
    """What a round sampled, as an audit reads it; None where it was not judged by both of the two."""
    if turn.sampled is None or turn.attempts is None or not {anchor, truth} <= set(turn.attempts.judges):
        return None
    attempts = turn.attempts
    opinions = pl.DataFrame({"opinion": attempts.verdict(anchor), "truth": attempts.verdict(truth)})
    frame = attempts.frame.select("id", "task", "answer", "logprob", "weight").hstack(opinions)
    return frame.filter(pl.col("id").is_in(turn.sampled["id"].implode()))


def _audited(arm: Arm, anchor: Anchor, section: Section) -> Audited:
    return Audited(arm, anchor, tuple(_cards(run, anchor, section.truth, section.audit) for run in arm.runs))


def _cards(run: Run, anchor: Anchor, truth: str, audit: Audit) -> tuple[Scorecard, ...]:
    frames = [(turn.index, judged(turn, anchor.name, truth)) for turn in run]
    cards = [audit(frame, anchor, index) for index, frame in frames if frame is not None]
    return tuple(card for card in cards if card is not None)


def _figure(section: Section, audited: Sequence[Audited]) -> str:
    """Both rates by round, a panel a judge: where they meet, the judge is worth nothing."""
    plot = Plot(rounds_axis(section), Axis(0, 1, SHARE_TICKS, "share accepted"))
    panels = []
    for one in audited:
        right = _line(one, lambda card: card.accepts_right)
        wrong = _line(one, lambda card: card.accepts_wrong)
        curves = [
            Curve("right", "distinct", "circle", right),
            Curve("wrong", "coverage", "square", wrong),
        ]
        panels.append(panel(_called(section, one), plot, curves))
    about = "The share of right and of wrong attempts that a judge accepts. What lies between them is what it knows."
    return figure("Right and wrong attempts accepted", about, panels)


def _line(one: Audited, of: Callable[[Scorecard], Estimate | None]) -> tuple[Point, ...]:
    found = ((turn, one.over(turn, of)) for turn in one.rounds)
    return tuple(Point(turn, estimate) for turn, estimate in found if estimate is not None)


def _latest(section: Section, audited: Sequence[Audited]) -> str:
    """Everything about each judge in the latest round that was audited."""
    head = (
        *("judge", "reads", "the loop changes it", "age", "speaks of", "accepts right", "accepts wrong"),
        *("AUC", "blind spot", "predicted", "gained", "asked"),
    )
    rows = [_facts(section, one, one.rounds[-1]) for one in audited]
    rounds = sorted({one.rounds[-1] for one in audited})
    return f"<h4>In the latest round, {' or '.join(map(str, rounds))}</h4>{table(head, rows, numbers_from=3)}"


def _facts(section: Section, one: Audited, turn: int) -> tuple[str, ...]:
    cards = one.at(turn)
    writable = "yes" if one.anchor.writable else "no"
    asked = sum(card.questions for card in cards) / len(cards)
    return (
        escaped(_called(section, one)) + (" <b>selects</b>" if one.anchor.chosen and len(section.arms) == 1 else ""),
        escaped(", ".join(one.anchor.reads)),
        escaped(writable),
        QUIET if cards[0].age is None else str(cards[0].age),
        _shown(one.over(turn, lambda card: card.coverage)),
        *_numbers(one, turn),
        f"{asked:,.0f}",
    )


def _numbers(one: Audited, turn: int) -> tuple[str, ...]:
    return (
        _shown(one.over(turn, lambda card: card.accepts_right)),
        _shown(one.over(turn, lambda card: card.accepts_wrong)),
        _shown(one.over(turn, lambda card: card.auc)),
        _shown(one.over(turn, lambda card: card.blind_spot), signed=True),
        _shown(one.over(turn, lambda card: card.predicted), signed=True),
        _shown(one.over(turn, lambda card: card.realised), signed=True),
    )


def _by_round(section: Section, audited: Sequence[Audited]) -> str:
    """The same numbers round by round, with the exam before and after where selection went by the judge."""
    head = (
        *("judge", "round", "accepts right", "accepts wrong", "AUC", "blind spot", "predicted", "gained"),
        "exam accuracy",
    )
    rows = [
        (escaped(_called(section, one)), str(turn), *_numbers(one, turn), _exam(one, turn))
        for one in audited
        for turn in one.rounds
    ]
    return f"<details><summary>Round by round</summary>{table(head, rows, numbers_from=1)}</details>"


def _exam(one: Audited, turn: int) -> str:
    """The accuracy of the policy that wrote these attempts and of what was trained on them, means over seeds."""
    pairs = []
    for run in one.arm.runs:
        before = run[turn - 1].ruling
        first = run[before.keep].report if before else None
        after = run[turn].report
        if first is None or after is None or not one.anchor.chosen:
            return QUIET
        pairs.append((first.estimates["accuracy"].value, after.estimates["accuracy"].value))
    old, new = (sum(side) / len(side) for side in zip(*pairs, strict=True))
    return f"{number(old)} → {number(new)}"


def _together(section: Section) -> str:
    """How many independent judges all but the truth are worth in the latest round, in a page of one run."""
    names = [anchor.name for arm in section.arms for anchor in arm.anchors if anchor.name != section.truth]
    runs = [run for arm in section.arms for run in arm.runs]
    if len(runs) != 1 or len(names) < 2:
        return ""
    for turn in reversed(runs[0]):
        frames = [judged(turn, name, section.truth) for name in names]
        known = [frame for frame in frames if frame is not None]
        if known and len(known) == len(names):
            columns = [frame["opinion"].alias(f"opinion {name}") for name, frame in zip(names, known, strict=True)]
            rows = known[0].select("task", "truth").hstack(columns)
            worth = effective_judges(rows, [column.name for column in columns], seed=section.audit.seed)
            if worth is not None:
                return (
                    f"<p>By the errors they share, {escaped(', '.join(names))} are together worth "
                    f"{with_interval(worth)} independent judges in round {turn.index}.</p>"
                )
    return ""


def _called(section: Section, one: Audited) -> str:
    arm, judge = one.arm.name, one.anchor.name
    return judge if len(section.arms) == 1 else arm if arm == judge else f"{arm}, by {judge}"


def _shown(found: Estimate | None, *, signed: bool = False) -> str:
    if found is None:
        return QUIET
    said = gain(found) if signed else with_interval(found)
    value, _, interval = said.partition(" ")
    return f'{value}<span class="beneath">{interval}</span>'
