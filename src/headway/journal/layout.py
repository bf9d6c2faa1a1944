"""Where things are in a run folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The paths of one run folder; names that begin with a dot are not whole yet, or half removed."""

    folder: Path

    @property
    def run(self) -> Path:
        return self.folder / "run.json"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def timings(self) -> Path:
        return self.folder / "timings.jsonl"

    @property
    def best(self) -> Path:
        return self.folder / "best"

    @property
    def rounds(self) -> Path:
        return self.folder / "rounds"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def round(self, index: int) -> Path:
        """A round that is committed."""
        return self.rounds / name_of(index)

    def partial(self, index: int) -> Path:
        """A round that is under way."""
        return self.rounds / f".{name_of(index)}.partial"

    def checkpoint(self, index: int) -> Path:
        """The cast of a round, a folder a role."""
        return self.checkpoints / name_of(index)

    def partials(self) -> list[Path]:
        """The folders of rounds under way; more than one only after a person removed rounds."""
        return sorted(path for path in self.rounds.iterdir() if re.fullmatch(r"\.\d+\.partial", path.name))

    def committed(self) -> list[int]:
        """The indices of the round folders there are, ascending."""
        return sorted(numbered(self.rounds)) if self.rounds.is_dir() else []


def name_of(index: int) -> str:
    """The name of the folder of round `index`."""
    return f"{index:04d}"


def numbered(folder: Path) -> Iterator[int]:
    """The indices of those entries that are named like a round."""
    for entry in folder.iterdir():
        if entry.name.isdecimal() and entry.name == name_of(int(entry.name)):
            yield int(entry.name)
