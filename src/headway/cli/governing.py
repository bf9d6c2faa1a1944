"""A ledger replayed under other standards, and standards signed."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from headway.cli.output import said
from headway.experiment import described
from headway.gate import Governor, Sealed
from headway.gate.written import sign
from headway.journal import read_run
from headway.stages import Gate, Round, Ruling

PARENT = "from round {} on, rounds were trained from a model that these standards would not have gone on from"


def governed(folder: Path, standards: Path | None, goal: str | None, *, as_json: bool) -> None:
    """Print the rulings that were made beside those of these standards, and what would turn each of the latter."""
    run = read_run(folder)
    loop = described(run.experiment, folder).loop
    gate = _gate(loop.gate, standards, goal, folder)
    replace(loop, gate=gate)  # refuses standards that would rest on the loop's own judge
    again = replayed(run.history, gate)
    parted = _parted(run.history, again)
    if as_json:
        rounds = [
            {"round": turn.index, "ruled": _plain(turn.ruling), "would": _plain(ruling)}
            for turn, ruling in zip(run.history, again, strict=True)
        ]
        return said({"folder": str(folder), "parted": parted, "rounds": rounds}, "", as_json=True)
    Console().print(_table(run.history, again), soft_wrap=True)
    for turn, ruling in zip(run.history, again, strict=True):
        if ruling is not None and turn.index:
            print_line(f"round {turn.index}: {ruling.reason}\n  would turn on {ruling.flips}")
    by = next((ruling.by for ruling in again if ruling is not None and ruling.by), "nobody signed these standards")
    print_line(f"standards: {by}" + ("" if parted is None else f"\n{PARENT.format(parted + 1)}"))
    return None


def replayed(history: Sequence[Round], gate: Gate) -> list[Ruling | None]:
    """What the gate says of each round that has an exam, after what it said of those before; None without one."""
    past: list[Round] = []
    for turn in history:
        ruling = None if turn.report is None else gate(tuple(past), turn.index, turn.report)
        if (
            ruling is None and past and past[-1].ruling is not None
        ):  # a round that could not be trained on changes nothing
            before = past[-1].ruling
            past.append(replace(turn, ruling=Ruling(False, before.keep, before.best, turn.refused or "")))
        else:
            past.append(replace(turn, ruling=ruling))
    return [turn.ruling for turn in past]


def signed(file: Path, by: str, *, as_json: bool) -> None:
    """Sign a file of standards today."""
    made = sign(file, by, date.today().isoformat())
    said({"file": str(file), **asdict(made)}, f"{file} is signed: {made}", as_json=as_json)


def _gate(gate: Gate, standards: Path | None, goal: str | None, folder: Path) -> Gate:
    """The gate of the run with other standards: what a sealed gate did not see, these do not see either."""
    inner = gate.gate if isinstance(gate, Sealed) else gate
    if standards is not None:
        inner = Governor(standards=str(standards))
    if not isinstance(inner, Governor):
        raise ValueError(
            f"{folder} was gated by {type(inner).__name__}, which has no standards; give a file with --standards"
        )
    if goal is not None:
        inner = replace(inner, goal=goal)
    return replace(gate, gate=inner) if isinstance(gate, Sealed) else inner


def _parted(history: Sequence[Round], again: Sequence[Ruling | None]) -> int | None:
    """The first round on which the rulings go on from different models."""
    for turn, ruling in zip(history, again, strict=True):
        if turn.ruling is not None and ruling is not None and turn.ruling.keep != ruling.keep:
            return turn.index
    return None


def _plain(ruling: Ruling | None) -> dict[str, Any] | None:
    return None if ruling is None else asdict(ruling)


def _table(history: Sequence[Round], again: Sequence[Ruling | None]) -> Table:
    made = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("round", "ruled then", "these standards", "on which numbers"):
        made.add_column(head)
    for turn, ruling in zip(history, again, strict=True):
        numbers = [] if ruling is None else [
            f"{metric} {one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}]" for metric, one in ruling.evidence.items()
        ]  # fmt: skip
        made.add_row(str(turn.index), _word(turn.ruling), _word(ruling), ", ".join(numbers))
    return made


def _word(ruling: Ruling | None) -> str:
    if ruling is None:
        return "-"
    return ruling.action or ("accept" if ruling.accept else "roll back")


def print_line(text: str) -> None:
    Console().print(text, soft_wrap=True, highlight=False, markup=False)
