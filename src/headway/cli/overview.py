"""The nine systems at one look: what each claims, what was measured, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from headway.cli.nine import Outcome
from headway.report.page import document, header
from headway.report.tables import table as html_table
from headway.report.words import escaped

SAID = {
    True: ("holds", "green", "right"),
    False: ("does not hold", "red", "wrong"),
    None: ("cannot tell", "dim", "quiet"),
}


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """A row a system: its sentence, what was found, and whether it holds."""
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 1, 0))
    drawn.add_column("")
    drawn.add_column("what it claims", ratio=3)
    drawn.add_column("what was measured", ratio=5)
    drawn.add_column("does it hold?", no_wrap=True)
    drawn.add_column("min", justify="right")
    for one in outcomes:
        word, colour, _ = SAID[one.holds]
        drawn.add_row(
            Text(one.system.name, "bold"),
            one.system.sentence,
            Text(one.verdict),
            Text(word, f"bold {colour}"),
            f"{one.seconds / 60:.1f}",
        )
    return drawn


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """How many of the sentences hold."""
    words = {True: "holds", False: "does not", None: "cannot be told"}
    counts = [(sum(one.holds is holds for one in outcomes), word) for holds, word in words.items()]
    return f"{len(outcomes)} sentences: " + ", ".join(f"{count} {word}" for count, word in counts if count)


@dataclass(frozen=True)
class OverviewPage:
    """The same as one HTML file, with a link to the page of each study, relative to `folder`."""

    outcomes: tuple[Outcome, ...]
    folder: Path
    full: bool

    def html(self) -> str:
        """The whole file."""
        form = "whole studies" if self.full else "short forms, mostly of one seed, whose intervals are over tasks"
        rows = [self._row(one) for one in self.outcomes]
        head = ("", "what it claims", "what was measured", "does it hold?", "claim by claim", "minutes")
        body = header("The nine systems", f"{summary_of(self.outcomes)} ({form}).")
        return document("The nine systems", f"{body}<section>{html_table(head, rows, numbers_from=5)}</section>")

    def _row(self, one: Outcome) -> tuple[str, ...]:
        word, _, kind = SAID[one.holds]
        claims = "".join(
            f'<li><span class="{SAID[claim.holds][2]}">{SAID[claim.holds][0]}</span> {escaped(claim.sentence)}: '
            f"{escaped(claim.evidence)}</li>"
            for claim in one.claims
        )
        link = one.page.relative_to(self.folder).as_posix()
        return (
            f'<a href="{escaped(link)}"><b>{one.system.name}</b> {escaped(one.system.study)}</a>',
            escaped(one.system.sentence),
            escaped(one.verdict),
            f'<span class="{kind}">{word}</span>',
            f"<details><summary>{len(one.claims)}</summary><ul>{claims}</ul></details>",
            f"{one.seconds / 60:.1f}",
        )
