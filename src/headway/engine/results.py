"""Which result every job has: kept beside a run, so that a run whose driver was killed does nothing twice."""

import os
from collections.abc import Collection
from pathlib import Path

from headway.engine.store import Ref


class Results:
    """The first result of every job, by the job's key; in a folder where one is given, else in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._known: dict[str, Ref] = {}
        if folder is not None and folder.is_dir():
            self._known = {path.name: path.read_text() for path in folder.iterdir() if len(path.name) == 64}

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Ref | None:
        """The result of a job; None where it has none yet."""
        return self._known.get(key)

    def commit(self, key: str, ref: Ref) -> Ref:
        """The result of the job from now on: this one, or an earlier one where there is one."""
        if key not in self._known:
            if self.folder is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                fresh = self.folder / f".{key}"
                fresh.write_text(ref)
                os.replace(fresh, self.folder / key)
            self._known[key] = ref
        return self._known[key]

    def forget(self, key: str) -> None:
        """This job is to be done again."""
        self._known.pop(key, None)
        if self.folder is not None:
            (self.folder / key).unlink(missing_ok=True)

    def clear(self, but: Collection[str] = ()) -> None:
        """Forget all but these: what they led to is recorded elsewhere."""
        for key in [key for key in self._known if key not in but]:
            self.forget(key)
