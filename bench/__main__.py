"""`python -m bench`: every claim of speed, measured side by side on this machine in one run, as one table.

`python -m bench training vendi` measures these alone.
It ends with an error only if a bench cannot run: a figure that misses its target is news, not a failure.
"""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch or numpy is loaded, here and in the benches

from rich.console import Console
from rich.table import Table

from bench import (
    audit,
    endpoint,
    engines,
    hub,
    ngrams,
    overhead,
    reinforce,
    rouge,
    sampling,
    sandbox,
    self_bleu,
    training,
    vendi,
)
from bench.rows import Row

BENCHES = (
    *(training, reinforce, sampling, hub, overhead, engines, endpoint, audit, sandbox),
    *(self_bleu, vendi, rouge, ngrams),
)
"""Modules with `measure() -> list[Row]`; a new bench is a new name here."""


def table(rows: list[Row]) -> Table:
    """One line a figure."""
    made = Table(box=None, pad_edge=False)
    made.add_column("name")
    for column in ("ours", "peer", "ratio", "target"):
        made.add_column(column, justify="right")
    for column in ("unit", "reached", "note"):
        made.add_column(column)
    for row in rows:
        figures = (f"{row.ours:,.1f}", f"{row.peer:,.1f}", f"{row.ratio:.2f}", f"{row.target:.2f}")
        made.add_row(row.name, *figures, row.unit, "yes" if row.reached else "no", row.note)
    return made


if __name__ == "__main__":
    named = {bench.__name__.removeprefix("bench."): bench for bench in BENCHES}
    unknown = [name for name in sys.argv[1:] if name not in named]
    if unknown:
        raise SystemExit(f"there is no bench {', '.join(unknown)}; there are {', '.join(named)}")
    chosen = [named[name] for name in sys.argv[1:]] or BENCHES
    console = Console(width=None if os.isatty(1) else 200)
    console.print(table([row for bench in chosen for row in bench.measure()]))
