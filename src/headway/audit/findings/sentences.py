"""What was found, as a sentence."""

from headway.audit.findings.verdict import Evidence
from headway.audit.measures import attempts_of, measure_of
from headway.report import words
from headway.report.words import gain

SHARES = {"chance", "share"}
OPENING = {
    "collapsed": "Collapsed",
    "hacked": "Hacked",
    "overconfident": "Overconfident",
    "narrowing": "Narrowing",
    "starved": "Starved of signal",
}


def finding_sentence(name: str, since: int, evidence: tuple[Evidence, ...]) -> str:
    """The name, since when, and the two plainest numbers."""
    said = "; ".join(moved(one) for one in evidence[:2])
    return f"{OPENING[name]} since step {since}: {said}."


def moved(one: Evidence) -> str:
    """`share of attempts that are right .31 → .12 (−.19 [−.25, −.13], n=128)`."""
    values = f"{number(one.before.value)} → {number(one.after.value)}"
    return f"{label(one.measure)} {values} ({gain(one.change)}, n={one.change.n:,})"


def label(name: str) -> str:
    """The meaning of a measure, its number of attempts filled in."""
    attempts = attempts_of(name)
    meaning = measure_of(name).meaning
    return meaning if attempts is None else meaning.replace("k attempts", f"{attempts} attempts")


def is_share(name: str) -> bool:
    """Whether a measure lies between 0 and 1 and is called so."""
    return measure_of(name).meaning.split()[0] in SHARES


def number(value: float) -> str:
    """Two decimals, or whole thousands."""
    return words.number(value) if abs(value) < 1000 else f"{value:,.0f}"
