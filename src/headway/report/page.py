"""One self-contained HTML file: the verdict, the curves that carry it, the rulings, and real texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.measure.scorecard import USUAL, Anchor, Audit
from headway.report.contents import Arm, Claim, Section
from headway.report.figures import figures
from headway.report.scorecards import scorecards
from headway.report.style import STYLE
from headway.report.tables import claims, numbers, rulings, terms
from headway.report.texts_shown import texts
from headway.report.verdict import verdict_on
from headway.report.words import counted, escaped, unbroken
from headway.stages import Round

LONGEST_WORD = 40
"""A verdict that starts with at most this many characters and a colon has them set in bold."""
ONE_SEED = "One run with one seed: the intervals are over exam tasks, and do not say what another seed would have done."


def document(title: str, body: str) -> str:
    """A whole file around the body of a page."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )


def header(title: str, verdict: str, contents: str = "") -> str:
    """The head of a page: its title, and the verdict with its first word set in bold."""
    said = unbroken(escaped(verdict))
    word, colon, rest = said.partition(":")
    if colon and len(word) <= LONGEST_WORD:
        said = f"<strong>{word}:</strong>{rest}"
    return f'<header><h1>{escaped(title)}</h1><p class="verdict">{said}</p>{contents}</header>'


@dataclass(frozen=True)
class Page:
    """What one page says. `experiment` is the configuration text, `repr(loop)` for a single run."""

    title: str
    verdict: str
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...] = ()
    experiment: str = ""

    def html(self) -> str:
        """The whole file; it loads nothing from anywhere and needs no script."""
        body = "".join(
            (
                self._header(),
                *(_section(section, place) for place, section in enumerate(self.sections)),
                self._claims(),
                self._experiment(),
                f'<footer><h3 id="terms">What the terms mean</h3>{terms()}</footer>',
            )
        )
        return document(self.title, body)

    def _header(self) -> str:
        return header(self.title, self.verdict, self._contents())

    def _contents(self) -> str:
        """Links to the parts, where there are several, and how the claims came out."""
        parts = [
            f'<a href="#section-{place}">{escaped(section.title)}</a>' for place, section in enumerate(self.sections)
        ]
        if self.claims:
            parts.append(f'<a href="#claims">{_counted_claims(self.claims)}</a>')
        return f"<nav>{' '.join(parts)}</nav>" if len(parts) > 1 else ""

    def _claims(self) -> str:
        return f'<section id="claims"><h2>What is claimed</h2>{claims(self.claims)}</section>' if self.claims else ""

    def _experiment(self) -> str:
        if not self.experiment:
            return ""
        return (
            '<section><details class="experiment"><summary>The experiment, as configured</summary>'
            f"<pre>{escaped(self.experiment)}</pre></details></section>"
        )


def run_page(
    title: str,
    rounds: Sequence[Round],
    experiment: str,
    *,
    anchors: Sequence[Anchor] = (),
    truth: str = "tool",
    audit: Audit = USUAL,
) -> Page:
    """The page of a single run; its verdict is worked out by the rules of `headway.report.verdict`.

    `anchors` are the judges whose scorecards it shows, audited as `audit` says.
    """
    run = tuple(rounds)
    arm = Arm("this run", "", (run,), tuple(anchors))
    section = Section("The run", ONE_SEED, (arm,), truth, audit=audit)
    return Page(title, verdict_on(run).sentence, (section,), (), experiment)


def _section(section: Section, place: int) -> str:
    arms = "".join(f"<li><b>{escaped(arm.name)}</b> {escaped(arm.about)}</li>" for arm in section.arms if arm.about)
    return (
        f'<section id="section-{place}"><h2>{escaped(section.title)}</h2><p class="about">{escaped(section.about)}</p>'
        + (f'<ul class="arms">{arms}</ul>' if arms else "")
        + (figures(section) if section.arms else "")
        + section.more
        + (_of_runs(section) if section.arms else "")
        + "</section>"
    )


def _of_runs(section: Section) -> str:
    """What the runs of a section have beside their curves."""
    return numbers(section) + rulings(section) + scorecards(section) + texts(section)


def _counted_claims(made: Sequence[Claim]) -> str:
    words = {True: ("holds", "hold"), False: ("does not", "do not"), None: ("cannot be told", "cannot be told")}
    counts = {holds: sum(claim.holds is holds for claim in made) for holds in words}
    said = ", ".join(f"{count} {words[holds][count > 1]}" for holds, count in counts.items() if count)
    return f"{counted(len(made), 'claim')}: {said}"
