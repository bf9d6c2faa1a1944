"""What `headway gap` found: a table on the terminal, plain data, or a page."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.meter.findings import Finding
from headway.report.page import document, header
from headway.report.tables import table as html_table
from headway.report.words import escaped, number, signed
from headway.stats import Estimate

COLOURS = {"go": "green", "needs an anchor": "yellow", "no-go": "red", "cannot tell": "dim"}
HEAD = ("gap", "relative", "AUC", "one round", "n")
TERMS = (
    "gap: what keeping the attempts that the judge likes adds to accuracy; where the filter was chosen, on other tasks "
    "than those it is reported on. relative: the mean over tasks of the gap divided by 1 - accuracy. AUC: within "
    "tasks, .5 knows nothing. one round: what a round is foretold to gain if it trains like those of the study gap. "
    "n: tasks, which the 95 % intervals are over."
)


def table_of(found: Sequence[Finding], notes: Sequence[str]) -> RenderableType:
    """A row for every domain, author and judge, and the reasons below."""
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    drawn.add_column("")
    drawn.add_column("decision", no_wrap=True)
    for name in HEAD:
        drawn.add_column(name, justify="right", no_wrap=True)
    for one in found:
        decision = Text(one.worth.decision, f"bold {COLOURS[one.worth.decision]}")
        drawn.add_row(named(one, found), decision, *(Text(cell) for cell in cells(one)))
    said = [Text(f"{named(one, found)}: {reason(one)}") for one in found]
    return Group(drawn, Text(), *said, *(Text(note, style="dim") for note in notes), Text(TERMS, style="dim"))


def named(one: Finding, found: Sequence[Finding]) -> str:
    """The domain, and the author and judge where there are several."""
    parts = [one.domain]
    if len({other.author for other in found}) > 1:
        parts.append(one.author)
    if len({other.judge for other in found}) > 1:
        parts.append(one.judge)
    return " / ".join(parts)


def cells(one: Finding) -> tuple[str, ...]:
    """The numbers of a row, as `HEAD` names them."""
    gap, gain = one.gap, one.worth.foretold
    between = f"[{signed(gain.low)}, {signed(gain.high)}]"
    return (
        give_or_take(gap.gap, signed),
        give_or_take(gap.relative, signed),
        give_or_take(gap.auc, number),
        between,
        f"{gap.gap.n:,}",
    )


def reason(one: Finding) -> str:
    """Why it was decided so, what would settle what cannot be told, and the numbers that are not in the table."""
    more = f"; about {one.worth.tasks_needed:,} tasks would settle it" if one.worth.tasks_needed else ""
    gap = one.gap
    numbers = f"accuracy {number(gap.accuracy.value)}, a perfect judge would add {number(gap.ceiling.value)}"
    return f"{one.worth.reason}{more} ({numbers}; keep {gap.filter})"


def give_or_take(found: Estimate | None, spelled: Callable[[float], str]) -> str:
    """A value and half the width of its interval."""
    return "–" if found is None else f"{spelled(found.value)} ±{number((found.high - found.low) / 2)}"


def described(found: Sequence[Finding], notes: Sequence[str]) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "findings": [
            {
                "domain": one.domain,
                "author": one.author,
                "judge": one.judge,
                "decision": one.worth.decision,
                "reason": one.worth.reason,
                "tasks_needed": one.worth.tasks_needed,
                "filter": repr(one.gap.filter),
                "attempts": one.gap.attempts,
                **{
                    name: None if (value := vars(one.gap)[name]) is None else asdict(value)
                    for name in ("accuracy", "gap", "relative", "ceiling", "auc")
                },
                "predicted_gain": asdict(one.worth.foretold),
                "equivalence": {"margin": one.worth.none.margin, "p_value": one.worth.none.p_value},
            }
            for one in found
        ],
        "notes": list(notes),
    }


@dataclass(frozen=True)
class GapPage:
    """The table as one HTML file, in the look of the other pages."""

    found: tuple[Finding, ...]
    notes: tuple[str, ...]

    def html(self) -> str:
        """The whole file."""
        rows = [(escaped(named(one, self.found)), one.worth.decision, *map(escaped, cells(one))) for one in self.found]
        said = "".join(
            f"<li><b>{escaped(named(one, self.found))}</b> {escaped(reason(one))}</li>" for one in self.found
        )
        notes = "".join(f"<li>{escaped(note)}</li>" for note in self.notes)
        decisions = ", ".join(f"{named(one, self.found)} {one.worth.decision}" for one in self.found)
        body = (
            header("Generation against verification", f"Start a loop? {decisions}")
            + f"<section>{html_table(('', 'decision', *HEAD), rows, numbers_from=2)}"
            + f'<ul class="arms">{said}{notes}</ul><p class="about">{escaped(TERMS)}</p></section>'
        )
        return document("Gap", body)
