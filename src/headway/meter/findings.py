"""What is found of every domain, author and judge: the gap, and whether a loop is worth starting."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.measure.filters import Filter
from headway.measure.gap import FILTERS, Gap, measured_gap
from headway.measure.worth import MARGIN, Worth, worth
from headway.meter.rows import Rows


@dataclass(frozen=True)
class Finding:
    """One generator and one judge on one domain."""

    domain: str
    author: str
    judge: str
    gap: Gap
    worth: Worth


def findings(rows: Rows, filters: Sequence[Filter] = FILTERS, margin: float = MARGIN) -> list[Finding]:
    """A finding for every domain, author and judge that the rows have: generators by verifiers.

    ValueError names the domain where a gap cannot be measured.
    """
    found = []
    for (domain, author), part in rows.frame.group_by("domain", "author", maintain_order=True):
        for judge in rows.opinions:
            if part[judge].null_count() == part.height:
                continue  # this judge was not asked here
            gap = measured_gap(part.select("task", "truth", judge), filters, judge)
            found.append(Finding(str(domain), str(author), judge, gap, worth(gap, margin)))
    return found
