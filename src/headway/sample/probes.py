"""The same tasks sampled in several ways, so that the ways can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast
from headway.sample.chain import Chain
from headway.seeds import derived_seed


@dataclass(frozen=True)
class Probe:
    """A way to sample, under a name."""

    name: str
    chain: Chain


@dataclass(frozen=True)
class Probes:
    """Every task in each of these ways; the trait `probe` names the way, and every task's id begins with it."""

    probes: tuple[Probe, ...]

    def __post_init__(self) -> None:
        names = [probe.name for probe in self.probes]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"Probes.probes are named {names}; give one or more, each another name")

    @property
    def by_name(self) -> Mapping[str, Chain]:
        """Each way by its name."""
        return {probe.name: probe.chain for probe in self.probes}

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Rows in the order of the probes."""
        found = []
        for probe in self.probes:
            rows = probe.chain(cast, tasks, derived_seed(seed, probe.name)).frame
            traits = pl.col("traits").struct.with_fields(pl.lit(probe.name).alias("probe"))
            found.append(
                Attempts(rows.with_columns(traits, pl.format("{}|{}", pl.lit(probe.name), "task").alias("task")))
            )
        return Attempts.join(found)
