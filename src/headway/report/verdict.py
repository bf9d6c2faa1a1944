"""The verdict on a single run, by fixed rules.

The model that stands now (what the last ruling keeps) is held against round 0, task by task. A
metric rose or fell where the 95 % interval of the paired difference excludes 0 (for every round that
a gate chose among, see `standing.change`); otherwise the exam cannot show a change. `coverage` is
pass@k at the largest k that both exams measure. The first line that fits counts.

    accuracy fell, coverage fell      Collapsing
    accuracy fell, coverage did not   Collapsing, or Getting worse where the self-score fell too
    accuracy fell, coverage rose      Spreading thin
    coverage fell, accuracy did not   Narrowing
    accuracy rose                     Compounding, or Sharpening where fewer different answers are right
    coverage rose                     Widening
    neither changed                   Narrowing where fewer different answers are right,
                                      else Overclaiming where self-score and overclaim rose, else No change

Where no round after round 0 stands, the verdict is Held. A second sentence is added where the round
that stood with the highest accuracy was better than both round 0 and the model in hand, by the same
test; with that, No change becomes Fallen back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.report.standing import Change, Run, change, first_and_now, measured_ks, standing, task_difference
from headway.report.words import counted, gain, interval, listed, number, with_interval
from headway.stages import Report, Round

FELL_OR_ROSE = {-1: "fell", 1: "rose"}


@dataclass(frozen=True)
class Verdict:
    """One word, the sentence that the page says, and the changes it rests on."""

    word: str
    sentence: str
    changes: Mapping[str, Change]


def verdict_on(run: Run) -> Verdict:
    """What a single run came to; the rules are those of this module's table."""
    ends = first_and_now(run)
    if ends is None:
        return Verdict("Nothing to compare", "Nothing to compare: no round has been measured yet.", {})
    first, now = ends
    later = [turn for turn in run if turn.index > first.index and turn.ruling is not None]
    if not later:
        return Verdict("Nothing to compare", f"Nothing to compare: only round {first.index} is done.", {})
    if now.index == first.index:
        return Verdict("Held", _held(first, later), {})
    coverage = f"pass@{max(measured_ks((run,)), default=1)}"
    metrics = ("accuracy", coverage, "self_score", "overclaim", "distinct_right")
    changes = {metric: found for metric in metrics if (found := change((run,), metric))}
    if "accuracy" not in changes:
        return Verdict("Nothing to compare", "Nothing to compare: the exams of these rounds share no tasks.", {})
    directions = {metric: direction(found) for metric, found in changes.items()}
    word = named_change(directions, coverage)
    peak = _peak(run, first, now)
    if word == "No change" and peak:
        word = "Fallen back"
    told = _told(word, changes, directions, coverage)
    return Verdict(word, " ".join(part for part in (told, peak, _gated(later, now)) if part), changes)


def direction(found: Change) -> int:
    """1 rose, -1 fell, 0 the interval does not exclude 0."""
    return (found.difference.low > 0) - (found.difference.high < 0)


def named_change(directions: Mapping[str, int], coverage: str) -> str:
    """The verdict's word from what rose and what fell; a metric that was not measured did neither."""
    accuracy, reach = directions.get("accuracy", 0), directions.get(coverage, 0)
    opinion, kinds = directions.get("self_score", 0), directions.get("distinct_right", 0)
    if accuracy < 0:
        return {-1: "Collapsing", 0: "Collapsing" if opinion >= 0 else "Getting worse", 1: "Spreading thin"}[reach]
    if reach < 0:
        return "Narrowing"
    if accuracy > 0:
        return "Sharpening" if kinds < 0 else "Compounding"
    if reach > 0:
        return "Widening"
    if kinds < 0:
        return "Narrowing"
    return "Overclaiming" if opinion > 0 and directions.get("overclaim", 0) > 0 else "No change"


def _told(word: str, changes: Mapping[str, Change], directions: Mapping[str, int], coverage: str) -> str:
    """The sentence behind the word, with the numbers that the rules looked at."""
    accuracy = changes["accuracy"]
    if word in ("No change", "Fallen back"):
        begin = "No change" if word == "No change" else f"{word}: no difference from the start"
        return (
            f"{begin} that {counted(accuracy.difference.n, 'task')} can show: accuracy {_arrow(accuracy)}, "
            f"a difference of {gain(accuracy.difference)}."
        )
    fonder = directions.get("self_score", 0) > 0 and directions["accuracy"] <= 0
    parts = [_right(accuracy, directions["accuracy"], "" if fonder else "answers ")]
    if coverage != "pass@1" and coverage in changes:
        parts.append(_coverage(coverage, changes[coverage], directions[coverage]))
    if directions.get("distinct_right"):
        fewer = "fewer" if directions["distinct_right"] < 0 else "more"
        parts.append(f"{fewer} different answers are right at a task ({_arrow(changes['distinct_right'])})")
    if directions.get("overclaim", 0) > 0 and not fonder:
        parts.append(f"the model overclaims more (self-score minus accuracy {_arrow(changes['overclaim'])})")
    body = listed(parts)
    if fonder:
        body = f"the model thinks better of its answers (self-score {_arrow(changes['self_score'])}) while {body}"
    return f"{word}: {body}."


def _right(accuracy: Change, way: int, what: str) -> str:
    numbers = f"({_arrow(accuracy)}, a difference of {gain(accuracy.difference)})"
    said = {-1: f"fewer {what}are right", 0: f"no more {what}are shown to be right", 1: f"more {what}are right"}
    return f"{said[way]} {numbers}"


def _coverage(name: str, found: Change, way: int) -> str:
    return f"{name} shows no change ({_arrow(found)})" if way == 0 else f"{name} {FELL_OR_ROSE[way]} {_arrow(found)}"


def _arrow(found: Change) -> str:
    return f"{number(found.first.value)} → {number(found.now.value)}"


def _held(first: Round, later: list[Round]) -> str:
    estimates = _report(first).estimates
    coverage = max((name for name in estimates if name.startswith("pass@")), key=lambda name: int(name[5:]), default="")
    numbers = f"accuracy {number(estimates['accuracy'].value)} {interval(estimates['accuracy'])}"
    if coverage:
        numbers += f", {coverage} {number(estimates[coverage].value)}"
    tried = counted(len(later), "round")
    return f"Held: {tried} tried, {_aside(later)} set aside, and the model is that of round {first.index} ({numbers})."


def _gated(later: list[Round], now: Round) -> str:
    aside = _aside(later)
    return f"The gate set aside {aside} of {counted(len(later), 'round')}; round {now.index} stands." if aside else ""


def _aside(later: list[Round]) -> int:
    return sum(turn.ruling is not None and not turn.ruling.accept for turn in later)


def _peak(run: Run, first: Round, now: Round) -> str:
    """A sentence on the best round that stood, where it was better than both ends."""
    stood = {turn.index: turn for turn in standing(run).values() if turn.report is not None}
    best = max(stood.values(), key=lambda turn: _report(turn).estimates["accuracy"].value)
    looks = len(stood)
    gained = task_difference(_report(first), _report(best), "accuracy", looks)
    lost = task_difference(_report(now), _report(best), "accuracy", looks)
    if gained is None or lost is None or gained.low <= 0 or lost.low <= 0:
        return ""
    value = number(_report(best).estimates["accuracy"].value)
    return f"It was best after round {best.index} (accuracy {value}) and has lost {with_interval(lost)} since."


def _report(turn: Round) -> Report:
    if turn.report is None:
        raise ValueError(f"round {turn.index} has no report")
    return turn.report
