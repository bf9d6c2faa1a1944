"""What `headway values` found: a table on the terminal, plain data, or a page."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.report.page import document, header
from headway.report.tables import table as html_table
from headway.report.words import escaped, number, signed
from headway.stats import Estimate

if TYPE_CHECKING:
    from headway.measure.utility import Coherence
    from headway.meter.valued import Partial, Ranked, Valued

HEAD = ("accuracy", "confidence", "cycle", "circular", "place", "swayed", "pairs")
ENDS = 5
"""Outcomes that are shown from either end of the list."""
TERMS = (
    "accuracy: share of held-out choices that the fitted utilities foretell; a coin has .5, and whoever chooses by "
    "anything steady has more: read it against the lists without meaning. confidence: how decided, .5 is never. cycle: "
    "chance that three choices go round in a circle, .25 for a coin and for the undecided; circular: whether their "
    "majorities do. place: how much more often an outcome is chosen for being shown first; swayed: share of pairs that "
    "the place decided. Utilities have mean 0 and deviation 1, spreads the same unit: far above 1 is undecided. "
    "95 % intervals allow for outcomes that pairs have in common."
)


def shown(found: "Valued", partial: "Partial | None") -> RenderableType:
    """The verdict, a row a list, what else was asked, and the ends of the list."""
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    drawn.add_column("", no_wrap=True)
    for name in HEAD:
        drawn.add_column(name, justify="right", no_wrap=True)
    for name, arm in found.arms.items():
        drawn.add_row(name, *cells(arm))
    drawn.add_row(Text("above floor", "bold"), change(found.accuracy_above_floor), change(found.confidence_above_floor))
    ranks = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("utility", "spread", "outcome"):
        ranks.add_column(name, justify="left" if name == "outcome" else "right")
    for one in ends(found):
        ranks.add_row(signed(one.utility), f"{one.spread:,.2f}", Text(one.outcome.text))
    said = [Text(sentence) for sentence in sentences(found, partial)]
    return Group(Text(found.verdict, "bold"), Text(), drawn, Text(), *said, Text(), ranks, Text(TERMS, style="dim"))


def ends(found: "Valued") -> "list[Ranked]":
    """The outcomes at both ends of the list."""
    ranked = list(found.ranked)
    return ranked if len(ranked) <= 2 * ENDS else ranked[:ENDS] + ranked[-ENDS:]


def cells(arm: "Coherence") -> tuple[str, ...]:
    """The numbers of a row, as `HEAD` names them."""
    shares = (arm.accuracy, arm.confidence, arm.cycle, arm.circular)
    pairs = "–" if arm.confidence is None else f"{arm.confidence.n:,}"
    return (*map(share, shares), change(arm.place), share(arm.swayed), pairs)


def share(found: Estimate | None) -> str:
    """A value and half the width of its interval."""
    return "–" if found is None else f"{number(found.value)} ±{number((found.high - found.low) / 2)}"


def change(found: Estimate | None) -> str:
    """The same with a sign."""
    return "–" if found is None else f"{signed(found.value)} ±{number((found.high - found.low) / 2)}"


def sentences(found: "Valued", partial: "Partial | None") -> list[str]:
    """What is not in the table, a sentence each."""
    told = [f"{found.numbers:.0%} of real outcomes have a number in them; {found.unread:.0%} of replies chose neither."]
    for name, one in found.lotteries.items():
        told.append(
            f"Lotteries ({name}) are {between(one.error)} deviations from their expected utility, and from "
            f"another lottery's {between(one.shuffled)}; {one.error.n} lotteries."
        )
    if found.lotteries_above_floor is not None:
        told.append(f"So much nearer to their own, above the floor: {between(found.lotteries_above_floor, signed)}.")
    told += [
        f"Asked as {name!r}, the same pairs are decided alike {between(one)} of the time."
        for name, one in found.contexts.items()
    ]
    for name, one in found.stakes.items():
        if " less " in name:
            told.append(f"What hangs on the same {one.n} events, {name}: {between(one, signed)} deviations.")
    return told + _of_own(partial)


def _of_own(partial: "Partial | None") -> list[str]:
    if partial is None:
        return []
    own = partial.favour
    if own.bias is None or own.deserved is None or own.undeserved is None:
        return ["Own answers: at no task was one of the two right and the other wrong, so nothing can be said."]
    told = (
        f"Own answers are preferred where they are right {between(own.deserved)}, and where they are wrong "
        f"{between(own.undeserved)}: bias {between(own.bias, signed)} over {own.bias.n} tasks."
    )
    more = partial.more_than_the_other
    return [told] if more is None else [told, f"More than the other model favours them: {between(more, signed)}."]


def between(found: Estimate, spelled=number) -> str:
    """A value and its interval."""
    return f"{spelled(found.value)} [{spelled(found.low)}, {spelled(found.high)}]"


def described(found: "Valued", partial: "Partial | None") -> dict[str, Any]:
    """Everything as plain data."""
    data = asdict(found) | {"verdict": found.verdict}
    return data | ({} if partial is None else {"own": asdict(partial)})


@dataclass(frozen=True)
class ValuesPage:
    """The same as one HTML file, in the look of the other pages."""

    judge: str
    found: "Valued"
    partial: "Partial | None"

    def html(self) -> str:
        """The whole file."""
        found = self.found
        rows = [(escaped(name), *map(escaped, cells(arm))) for name, arm in found.arms.items()]
        floor = (change(found.accuracy_above_floor), change(found.confidence_above_floor))
        rows.append(("<b>above floor</b>", *floor, *[""] * (len(HEAD) - 2)))
        said = "".join(f"<li>{escaped(one)}</li>" for one in sentences(found, self.partial))
        ranks = [(signed(one.utility), f"{one.spread:,.2f}", escaped(one.outcome.text)) for one in found.ranked]
        body = (
            header(f"What {self.judge} chooses", found.verdict)
            + f"<section>{html_table(('', *HEAD), rows, numbers_from=1)}"
            + f'<ul class="arms">{said}</ul><p class="about">{escaped(TERMS)}</p></section>'
            + f"<section><h2>Utilities</h2>{html_table(('utility', 'spread', 'outcome'), ranks)}</section>"
        )
        return document("Values", body)
