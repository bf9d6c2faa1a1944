"""Carrying out `headway horizon`: what it costs, the plans, and what length and errors did."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.cli.output import said
from headway.report.page import document, header
from headway.report.tables import table as html_table
from headway.report.words import escaped, gain, number, with_interval
from headway.stats import Estimate

if TYPE_CHECKING:
    from headway.meter.horizon import Executed, Executing

SHOWN = ("step", "turn", "prefix")
TERMS = (
    "step: goes on rightly from the model's own last answer; turn: is the true sum, which falls for free after a first "
    "error; prefix: no step up to here was wrong. Records are given, so that errors are causes and not signs of a "
    "worse writer. 95 % intervals over plans."
)


@dataclass(frozen=True)
class Where:
    """Where the answer goes, and at which success the horizon is read."""

    success: float
    out: Path | None
    html: Path | None
    as_json: bool
    plan: bool


def horizon(model: str, executing: "Executing", where: Where) -> None:
    """Everything that `headway horizon` does."""
    from headway.cast import Cast
    from headway.cli.players import policy_named

    if not 0.0 < where.success < 1.0:
        raise ValueError(f"--success is {where.success}; allowed: more than 0 and less than 1")
    if where.out is not None and where.out.suffix != ".parquet":
        raise ValueError(f"--out is {where.out}; the turns are written as Parquet, so name a .parquet file")
    console = Console(stderr=where.as_json)
    price = executing.price()
    console.print(f"will ask {price}", soft_wrap=True, highlight=False)
    if where.plan:
        return said({"price": asdict(price)}, "", as_json=True) if where.as_json else None
    cast = Cast({"solver": policy_named(model, seed=executing.seed)})
    done = None
    for done in executing.parts(cast):
        console.print(f"{done.probe}: done after {done.seconds:,.0f} s", highlight=False)
    assert done is not None, "there is always the model's own record"
    if where.out is not None:
        done.attempts.frame.write_parquet(where.out)
    found = described(done, where.success)
    if where.html is not None:
        from headway.report import write

        write(HorizonPage(model, done, where.success), where.html)
    if where.as_json:
        said({**found, "price": asdict(price)}, "", as_json=True)
    else:
        Console().print(shown(done, where.success))
    return None


def shown(done: "Executed", success: float) -> RenderableType:
    """The verdict, accuracy by turn, after given records, and what each cause does."""
    first = _table(("turn", *SHOWN), _by_turn(done))
    second = _table(("given record", "right"), _by_probe(done))
    told = [Text(one) for one in sentences(done, success)]
    parts = [Text(verdict(done, success), "bold"), Text(), first, Text(), second, Text(), *told]
    return Group(*parts, Text(TERMS, style="dim"))


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, name in enumerate(head):
        drawn.add_column(name, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*row)
    return drawn


def _by_turn(done: "Executed") -> list[tuple[str, ...]]:
    return [(str(turn), *map(spelled, three)) for turn, three in done.by_turn().items()]


def _by_probe(done: "Executed") -> list[tuple[str, ...]]:
    return [(probe.name, spelled(done.right(probe.name))) for probe in done.of.probes]


def spelled(found: Estimate | None) -> str:
    """A value and its interval, a dash where there is none."""
    return "–" if found is None else with_interval(found)


def verdict(done: "Executed", success: float) -> str:
    """One sentence."""
    far, step = done.horizon(success), done.right("own")
    ideal = done.ideal(success)
    would = "" if ideal is None else f"; its step accuracy would make {ideal:.1f} if errors came independently"
    if far is None or step is None:
        return "cannot tell: nothing was carried out"
    reach = f"{far.value:.0f} turns [{far.low:.0f}, {far.high:.0f}] of {done.of.domain.turns}"
    return f"Carries {reach} through without an error at {number(success)} success; steps right {spelled(step)}{would}"


def sentences(done: "Executed", success: float) -> list[str]:
    """What length and errors do apart, and what helps."""
    last = done.of.domain.turns
    told = [f"Length alone (no errors in the record), a turn: {_gain(done.slope_in_length())}."]
    told += [
        f"Errors alone, from none to nothing else, at turn {turn}: {_gain(done.slope_in_errors(turn))}."
        for turn in (*done.of.early, last)
    ]
    told += [f"{name} changes it by {gain(one)}." for name, one in done.changes().items()]
    clean = done.right(f"turn {last} rate 0")
    if clean is not None and clean.high < 0.2:
        told.append("Steps are hardly ever right even after a clean record: there is nothing for errors to take away.")
    return [*told, f"No number could be read from {done.unread:.0%} of replies."]


def _gain(found: Estimate | None) -> str:
    return "cannot be said" if found is None else gain(found)


def described(done: "Executed", success: float) -> dict[str, Any]:
    """Everything as plain data."""
    last = done.of.domain.turns

    def plain(found: Mapping[Any, Estimate | None]) -> dict[str, Any]:
        return {str(name): None if one is None else asdict(one) for name, one in found.items()}

    return {
        "domain": repr(done.of.domain),
        "plans": done.of.plans,
        "by_turn": {turn: plain(dict(zip(SHOWN, three, strict=True))) for turn, three in done.by_turn().items()},
        "right": plain({probe.name: done.right(probe.name) for probe in done.of.probes}),
        "horizon": {"success": success, "ideal": done.ideal(success), **plain({"turns": done.horizon(success)})},
        "slope_in_length": plain({"a turn": done.slope_in_length()})["a turn"],
        "slope_in_errors": plain({turn: done.slope_in_errors(turn) for turn in (*done.of.early, last)}),
        "changes": plain(done.changes()),
        "unread": done.unread,
        "seconds": done.seconds,
    }


@dataclass(frozen=True)
class HorizonPage:
    """The same as one HTML file, in the look of the other pages."""

    model: str
    done: "Executed"
    success: float

    def html(self) -> str:
        """The whole file."""
        said = "".join(f"<li>{escaped(one)}</li>" for one in sentences(self.done, self.success))
        body = (
            header(f"How far {self.model} executes a plan", verdict(self.done, self.success))
            + f'<section><ul class="arms">{said}</ul><p class="about">{escaped(TERMS)}</p></section>'
            + f"<section><h2>Its own record</h2>{html_table(('turn', *SHOWN), _by_turn(self.done), 1)}</section>"
            + f"<section><h2>Given records</h2>{html_table(('record', 'right'), _by_probe(self.done), 1)}</section>"
        )
        return document("Horizon", body)
