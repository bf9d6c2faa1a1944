"""`run.json`: what a run is, written once, before anything else."""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from typing import Any

from headway.journal.disk import Disk, write_whole
from headway.journal.errors import Damaged, JournalError
from headway.journal.layout import Layout
from headway.journal.sealed import read_sealed, sealed

FORMAT = 1
"""The version of the folder; another one is refused, never guessed at."""
PACKAGES = ("headway", "numpy", "polars", "safetensors", "scipy", "torch", "transformers")
SHOWN = 40
"""Characters shown on each side of where two experiments differ."""


@dataclass(frozen=True)
class Facts:
    """The experiment as text, its seed and the number of rounds after round 0, and where it was begun."""

    experiment: str
    seed: int
    rounds: int
    packages: Mapping[str, str]
    machine: Mapping[str, Any]
    staleness: int = 0
    """How many rounds before the last one may still be sampled by: their casts are kept as well."""


def installed() -> dict[str, str]:
    """The versions of the packages that can change the bits of a run, as installed here."""
    found = {name: next((one.version for one in distributions(name=name)), None) for name in PACKAGES}
    return {name: version for name, version in found.items() if version is not None}


def changed_packages(then: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Packages whose version is another than `then`: then and now. The bits of a run may differ with them."""
    now = installed()
    return {name: (then.get(name), now.get(name)) for name in PACKAGES if then.get(name) != now.get(name)}


def machine(kernels: bool | None) -> dict[str, Any]:
    """What this machine is, and whether compiled kernels are used on it; None where nobody said."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count() or 0,
        "kernels": kernels,
    }


def changed_kernels(then: Mapping[str, Any], now: bool) -> str | None:
    """A sentence where compiled kernels were used on the machine `then` and are not now, or the other way round."""
    before = then.get("kernels")  # absent in folders that were begun before it was written down
    if before is None or before == now:
        return None
    said = {True: "used", False: "not used"}
    return (
        f"compiled kernels: {said[before]} when this run began, {said[now]} now; the bits may differ. "
        f"They are used where there is a C compiler (cc) and torch has one thread (OMP_NUM_THREADS=1)"
    )


def write_facts(disk: Disk, layout: Layout, facts: Facts) -> None:
    """Write `run.json` whole; the recovery that always follows makes its name durable."""
    write_whole(disk, layout.run, sealed({"format": FORMAT, **asdict(facts)}))


def read_facts(layout: Layout) -> Facts:
    """What `run.json` says; JournalError (64) for a folder without one, or of another version."""
    if not layout.run.is_file():
        if layout.committed():
            raise Damaged(layout.run, "is missing")
        raise JournalError(
            f"{layout.folder} is not a run folder: it has no run.json. "
            f"Name a folder that `headway run` made, or begin there with `headway run --out {layout.folder}`",
            os.EX_USAGE,
        )
    refuse_other_format(layout)
    fields = read_sealed(layout.run)
    del fields["format"]
    return Facts(**fields)


def refuse_other_format(layout: Layout) -> None:
    """The version is looked for before the checksum, which another version may compute in another way."""
    found = re.search(rb'"format": (\d+)', layout.run.read_bytes())
    if found and int(found[1]) != FORMAT:
        raise JournalError(
            f"{layout.run} has format {int(found[1])}, and this version of headway reads format {FORMAT}; "
            f"use the version that wrote it, or start a new run with --out",
            os.EX_USAGE,
        )


def refuse_changed(layout: Layout, before: str, now: str) -> None:
    """Two experiments never share a folder: JournalError (64) that shows where they first differ."""
    if before == now:
        return
    at = next((i for i, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(before), len(now)) if at is None else at
    line = before.count("\n", 0, at) + 1
    raise JournalError(
        f"{layout.run} holds another experiment; at line {line} it says {_around(before, at)}, "
        f"and now it is {_around(now, at)}. Resume without changes, or start a new run with --out",
        os.EX_USAGE,
    )


def _around(text: str, at: int) -> str:
    """The part of the line about position `at`, quoted."""
    start = max(text.rfind("\n", 0, at) + 1, at - SHOWN)
    end = text.find("\n", at)
    return repr(text[start : min(at + SHOWN, end if end >= 0 else len(text))])
