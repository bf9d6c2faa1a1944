"""From a timeline to a verdict."""

from collections.abc import Collection, Sequence

import polars as pl

from headway.audit.findings.artefact import WITHIN_PROMPT, same_seed
from headway.audit.findings.mix import at_one_mix
from headway.audit.findings.power import TIMES, power
from headway.audit.findings.rules import ALPHA, ALPHA_EACH, RULES, WATCHED, Rule, Sign
from headway.audit.findings.sentences import finding_sentence, is_share, label, number
from headway.audit.findings.signs import Signs, evidence
from headway.audit.findings.starved import starved
from headway.audit.findings.stretches import Shift
from headway.audit.findings.track import tracks
from headway.audit.findings.verdict import VERDICTS, Finding, Power, Verdict
from headway.audit.measures import family
from headway.report.words import counted

WITHOUT_GOLD = " Whether what is left is right cannot be told without gold."
SEVERITY = ("collapsed", "hacked", "overconfident", "narrowing", "starved")


def judge(timeline: pl.DataFrame, columns: Collection[str] | None = None, apart: pl.DataFrame | None = None) -> Verdict:
    """The verdict on a run, from the rows `step`, `measure`, `value`, `low`, `high`, `n` of one split.

    `apart` has the same rows for every kind of prompt, named in `group`: then steps are compared at one mix of kinds.

    `columns` are the rollout columns that the log has, so that what is missing can be named; by default they
    are read from the measures that there are. Looking again after every further step keeps the promise that
    a run in which nothing falls is accused with probability 0.05 at most.
    """
    signs = Signs(tracks(timeline if apart is None else at_one_mix(timeline, apart)))
    copies = same_seed(signs)
    if copies is not None:
        signs = Signs({name: track for name, track in signs.tracks.items() if family(name) not in WITHIN_PROMPT})
    notes = (copies,) if copies is not None else ()
    found = findings(signs)
    seen = tuple(power(track) for group in WATCHED for track in map(signs.track, group) if track is not None)
    if found:
        worst = found[0]
        return Verdict(worst.name, worst.since_step, worst.sentence, found, missing(signs, columns), seen, notes)
    return _unaccused(signs, seen, missing(signs, columns), notes)


def findings(signs: Signs) -> tuple[Finding, ...]:
    """Every harm that the signs show, worst first, one for each name: the rule that found it first."""
    by_name: dict[str, Finding] = {}
    for found in (*(applied(rule, signs) for rule in RULES), starved(signs)):
        if found is not None and (found.name not in by_name or found.found_step < by_name[found.name].found_step):
            by_name[found.name] = found
    return tuple(sorted(by_name.values(), key=lambda one: SEVERITY.index(one.name)))


def applied(rule: Rule, signs: Signs) -> Finding | None:
    """What the rule finds: its first sign and any second, one of them beyond doubt; the pair that was there first."""
    if rule.without_gold and signs.track("accuracy") is not None:
        return None
    pairs = [pair for second in rule.second if (pair := _pair(signs, rule.first, second)) is not None]
    if not pairs or any(signs.shown(sign, ALPHA_EACH) is not None for sign in rule.unless):
        return None
    found, first, second = min(pairs, key=lambda pair: pair[0])
    both = (evidence(first), evidence(second), *(evidence(other) for *_, other in pairs if other is not second))
    since = min(both[0].since_step, found)
    sentence = finding_sentence(rule.name, since, both) + (WITHOUT_GOLD if rule.without_gold else "")
    return Finding(rule.name, since, found, sentence, both)


def _pair(signs: Signs, first: Sign, second: Sign) -> tuple[int, Shift, Shift] | None:
    """The step at which both signs are shown, one of them beyond doubt, and their changes."""
    found = []
    for sure, other in ((first, second), (second, first)):
        harm = signs.beyond_doubt(sure)
        confirming = None if harm is None else signs.shown(other)
        if harm is not None and confirming is not None:
            changes = (harm, confirming) if sure is first else (confirming, harm)
            found.append((max(_found_step(harm), _found_step(confirming)), *changes))
    return min(found, key=lambda pair: pair[0]) if found else None


def _found_step(shift: Shift) -> int:
    return int(shift.track.step[shift.found])


def missing(signs: Signs, columns: Collection[str] | None) -> tuple[str, ...]:
    """The rollout columns without which a harm cannot be seen, in the order of what they would tell."""
    needs = {
        "gold": signs.track("accuracy"),
        "reward": signs.track("reward"),
        "text": signs.track("same_text"),
        "several attempts at a prompt": signs.track("same_answer") or signs.track("distinct@k"),
        "confidence": signs.track("confidence") or signs.track("probability"),
    }
    if columns is None:
        return tuple(name for name, track in needs.items() if track is None)
    return tuple(name for name, track in needs.items() if track is None and name not in columns)


def _unaccused(signs: Signs, seen: tuple[Power, ...], lacking: tuple[str, ...], notes: tuple[str, ...]) -> Verdict:
    """`healthy` where a harm too large to tolerate would have been seen, `cannot tell` where it would not."""
    steps = max((len(track) for track in signs.tracks.values()), default=0)
    if steps < 2:
        why = f"Cannot tell: {steps} step is no course of events; two or more are needed."
        return Verdict(VERDICTS[-1], None, why, (), lacking, seen, notes)
    if signs.track("accuracy") is None:
        why = (
            "Cannot tell: nothing in the log but the reward says which attempts are right, so a reward that "
            "is gamed cannot be told from progress; give gold answers or a check for some of the prompts."
        )
        return Verdict(VERDICTS[-1], None, why + _held(seen), (), lacking, seen, notes)
    blind = [group for group in WATCHED if not any(one.enough for one in _of(seen, group))]
    if blind:
        return Verdict(VERDICTS[-1], None, _too_small(_of(seen, blind[0]), blind[0]), (), lacking, seen, notes)
    return Verdict("healthy", None, "Healthy: nothing fell." + _held(seen), (), lacking, seen, notes)


def _of(seen: Sequence[Power], group: Sequence[str]) -> list[Power]:
    return [one for one in seen if family(one.measure) in group]


def _too_small(weakest: Sequence[Power], group: Sequence[str]) -> str:
    if not weakest:
        return f"Cannot tell: the log has nothing of {' or '.join(group)}; log several attempts at each prompt."
    best = min(weakest, key=lambda one: one.smallest / one.tolerated)
    blind = is_share(best.measure) and best.smallest >= 1.0
    unseen = "no change at all" if blind else f"no change below {number(best.smallest)}"
    return (
        f"Cannot tell: with {counted(best.prompts, 'prompt')} a step {unseen} in {label(best.measure)} could have been "
        f"seen, and {number(best.tolerated)} is too much to miss; {_more(best.needed)} would show it."
    )


def _more(times: int) -> str:
    """How many more prompts."""
    return f"about {times} times as many" if times < TIMES[-1] else f"{TIMES[-1]:,} times as many or more"


def _held(seen: Sequence[Power]) -> str:
    """What would have been seen."""
    said = [f"{number(one.smallest)} in {label(one.measure)}" for one in seen if one.enough]
    return (
        f" A change of {', '.join(said[:3])} would have been seen (9 times in 10, {ALPHA:.0%} false alarms)."
        if said
        else ""
    )
