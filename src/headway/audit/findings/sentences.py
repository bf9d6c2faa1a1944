"""What was found, as a sentence."""

from headway.audit.findings.verdict import Evidence
from headway.audit.measures import attempts_of, measure_of

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
    """`share of attempts that are right .31 -> .12 (-.19 [-.25, -.13], n=128)`."""
    change = one.change
    return (
        f"{label(one.measure)} {number(one.before.value)} → {number(one.after.value)} "
        f"({change.value:+.3g} [{change.low:+.3g}, {change.high:+.3g}], n={change.n})"
    )


def label(name: str) -> str:
    """The meaning of a measure, its number of attempts filled in."""
    attempts = attempts_of(name)
    meaning = measure_of(name).meaning
    return meaning if attempts is None else meaning.replace("k attempts", f"{attempts} attempts")


def number(value: float) -> str:
    """Three digits that matter."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
