"""A round of 20,000 jobs on 1,000 modelled workers, under the scheduler that runs everywhere else.

`python -m bench.scale.thousand` prints a table; see `docs/scale.md`.
"""

import json
import time
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table

from bench.scale.modelled import Modelled, Weather
from headway.engine import Job, Leases, Scheduler

JOBS = 20_000
WEATHERS = {
    "calm": Weather(lost_every=None, slow=0.0),
    "1 % of workers ten times slower": Weather(lost_every=None),
    "and a node lost every minute": Weather(),
    "and half of the losses never told": Weather(silent=0.5),
}
LEASES = {"leases alone": Leases(late=None), "late jobs doubled": Leases()}


@dataclass(frozen=True)
class Played:
    """What came of one run. Seconds of the modelled clock, but for `spent`: processor seconds of the scheduler."""

    seconds: float
    utilisation: float
    useful: float
    tail: float
    """From the time at which work for all ran out until the last result."""
    lost_nodes: int
    requeued: int
    spent: float


def played(weather: Weather, leases: Leases, jobs: int = JOBS, seed: int = 0) -> Played:
    """Carry `jobs` out in this weather."""
    engine = Modelled(weather, seed)
    scheduler = Scheduler(engine, clock=lambda: engine.now, leases=leases, tries=20)
    began = time.process_time()
    asked = [Job(json.dumps({"job": "modelled", "index": index})) for index in range(jobs)]
    scheduler.add(asked)
    ran_out = None
    while not scheduler.idle:
        scheduler.step()
        if ran_out is None and not scheduler.waiting:
            ran_out = engine.now
    have = weather.workers * engine.now
    return Played(
        engine.now,
        engine.busy / have,
        engine.useful / have,
        engine.now - (ran_out or engine.now),
        engine.lost_nodes,
        scheduler.requeued,
        time.process_time() - began,
    )


def table(jobs: int = JOBS) -> Table:
    """Every weather under every kind of lease."""
    made = Table(title=f"{jobs:,} jobs of 30 s on 1,000 modelled workers: {jobs * 30 / 1000:,.0f} s at the least")
    for column in ("weather", "scheduler", "seconds", "busy", "useful", "tail", "nodes lost", "requeued", "own time"):
        made.add_column(column, justify="left" if column in ("weather", "scheduler") else "right")
    for weather_name, weather in WEATHERS.items():
        for leases_name, leases in LEASES.items():
            one = played(replace(weather), leases, jobs)
            made.add_row(
                weather_name,
                leases_name,
                f"{one.seconds:,.0f}",
                f"{one.utilisation:.1%}",
                f"{one.useful:.1%}",
                f"{one.tail:,.0f}",
                str(one.lost_nodes),
                str(one.requeued),
                f"{one.spent:.1f} s",
            )
    return made


if __name__ == "__main__":
    Console(width=160).print(table())
