"""What a person is asked about a run: the attempts chosen from one round, and everything a line of the log needs."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.attempts import WORLD, Attempt, Attempts
from headway.journal import JournalError, Run, read_run
from headway.people.answers import Kind, Table, key_of
from headway.people.halves import HALVES, half_of
from headway.review.choosing import chosen
from headway.seeds import derived_seed
from headway.stages import Round

LOG = "review.jsonl"
"""The name of the log in a run folder."""
USAGE = 64


@dataclass(frozen=True)
class Item:
    """One attempt that is shown, and why."""

    key: str
    kind: Kind
    round: int
    table: Table
    attempt: Attempt


@dataclass(frozen=True)
class Queue:
    """What is asked of everybody who reviews this run, in this order."""

    run: str
    folder: Path
    round: int
    table: Table
    items: tuple[Item, ...]


def identity(run: Run) -> str:
    """Which run this is: the experiment and its seed, whatever its folder is called and however long it runs."""
    return hashlib.sha256(f"{run.seed}\n{run.experiment}\n".encode()).hexdigest()[:16]


def queued(folder: Path, *, items: int = 40, table: Table = "attempts", index: int | None = None) -> Queue:
    """The attempts of a run that matter most, of its last round with any, or of round `index`.

    Of training attempts only tasks of the training half are asked, and of an exam only tasks of the other half:
    whatever is answered can be used. JournalError where there is no such round, or where it has no verdicts.
    """
    run = read_run(folder)
    turn = _turn(run, folder, table, index)
    given = table_of(turn, table)
    asked = half_filter(given, HALVES[table == "exam"])
    if not given.judges:
        raise JournalError(
            f"round {turn.index} of {folder} has no verdicts, so nothing tells which attempts matter; "
            f"add a judge to the loop, as in --judges 'Tool(...)'",
            USAGE,
        )
    found = chosen(asked, optimised(run.experiment), items, seed=derived_seed(run.seed, "review", turn.index, table))
    if not found:
        raise JournalError(f"round {turn.index} of {folder} has no attempts of its own to ask about", USAGE)
    rows = {one.id: one for one in asked.filter(pl.col("id").is_in([one.attempt for one in found]))}
    listed = tuple(
        Item(key_of(table, turn.index, one.attempt), one.kind, turn.index, table, rows[one.attempt]) for one in found
    )
    return Queue(identity(run), folder, turn.index, table, listed)


def half_filter(attempts: Attempts, half: str) -> Attempts:
    """The attempts at tasks of that half."""
    tasks = attempts["task"].unique()
    mine = [task for task in tasks if half_of(task) == half]
    return attempts.filter(pl.col("task").is_in(mine))


def table_of(turn: Round, table: Table) -> Attempts:
    """That table of a round that has it."""
    found = turn.exam if table == "exam" else turn.attempts
    if found is None:
        raise ValueError(f"round {turn.index} has no {table}")
    return found


def attempts_of(run: Run, keys: frozenset[str]) -> Mapping[str, Item]:
    """Those attempts of a run, by key; keys that the run does not have are left out. They count as imported."""
    return {item.key: item for turn in run.history for table in _tables(turn) for item in _items(turn, table, keys)}


def _items(turn: Round, table: Table, keys: frozenset[str]) -> Iterator[Item]:
    start = key_of(table, turn.index, "")
    ids = [key.removeprefix(start) for key in keys if key.startswith(start)]
    if ids:
        for one in table_of(turn, table).filter(pl.col("id").is_in(ids) & (pl.col("author") != WORLD)):
            yield Item(start + one.id, "imported", turn.index, table, one)


def _tables(turn: Round) -> list[Table]:
    """The tables that a round has."""
    found: list[tuple[Table, Attempts | None]] = [("attempts", turn.attempts), ("exam", turn.exam)]
    return [name for name, attempts in found if attempts is not None]


def _turn(run: Run, folder: Path, table: Table, index: int | None) -> Round:
    having = [turn for turn in run.history if table in _tables(turn)]
    if index is not None:
        having = [turn for turn in having if turn.index == index]
    if not having:
        where = "any of its rounds" if index is None else f"round {index}"
        what = "attempts by the model" if table == "attempts" else "exam"
        rounds = f"it has {len(run.history)} whole rounds, and round 0 trains nothing"
        raise JournalError(f"{folder} has no {what} in {where} ({rounds}); name a round with --round", USAGE)
    return having[-1]


def optimised(experiment: str) -> str | None:
    """The verdict that selection reads, by the experiment's own text; None where it reads none."""
    for node in ast.walk(ast.parse(experiment, mode="eval")):
        if isinstance(node, ast.keyword) and node.arg == "select":
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.keyword) and inner.arg == "of":
                    return ast.literal_eval(inner.value)
    return None
