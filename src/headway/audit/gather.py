"""Every log under a path: which reader reads which file, its rows spooled, what repeats left out, trouble counted."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from headway.audit.files import Found, found_under
from headway.audit.problems import (
    SAME_FILE,
    UNREADABLE_FILE,
    UNRELATED,
    BadFile,
    BadRow,
    NothingToAudit,
    Problems,
)
from headway.audit.readers import READERS, Reader, reader_of
from headway.audit.readers.place import step_in
from headway.audit.repeats import Repeats
from headway.audit.rollouts import Sources
from headway.audit.spool import Spool

CHUNK = 1 << 20


@dataclass
class Log:
    """The rollouts of one run as one reader reads them, a spool for each split."""

    reader: Reader
    root: Path
    sources: Sources
    spools: dict[str, Spool] = field(default_factory=dict)
    files: int = 0

    @property
    def height(self) -> int:
        """Rollouts in all splits."""
        return sum(spool.height for spool in self.spools.values())

    def split(self, wanted: str | None = None) -> str:
        """The split to audit: the one that is wanted, or the reader's own choice where both have two steps."""
        if wanted is not None:
            if wanted not in self.spools:
                raise NothingToAudit(f"there are no rollouts of the split {wanted!r}, only {', '.join(self.spools)}")
            return wanted
        preferred = [self.reader.split, *sorted(self.spools)]
        several = [name for name in preferred if name in self.spools and len(self.spools[name].rows) > 1]
        return next(iter([*several, *(name for name in preferred if name in self.spools)]))


def gathered(path: Path, folder: Path, problems: Problems, given: Mapping[str, str]) -> list[Log]:
    """The logs under `path`, the one to audit first; their rows are spooled in `folder`.

    An earlier reader of `READERS` comes first, then the log with more rows. NothingToAudit where there is none.
    """
    logs: dict[tuple[str, Path], Log] = {}
    repeats: dict[tuple[str, Path], Repeats] = {}
    for found, reader in readable(path, problems, given):
        key = (reader.name, reader.root(found))
        log = logs.setdefault(key, Log(reader, key[1], sources_of(reader, found)))
        log.files += 1
        known = repeats.setdefault(key, Repeats(reader.repeats))
        place = folder / f"{list(logs).index(key):04d}"
        try:
            for frame in reader.read(found, problems):
                for (split,), part in known.fresh(frame, found.name, problems).group_by("split", maintain_order=True):
                    log.spools.setdefault(str(split), Spool(place / str(split))).add(part)
        except (BadFile, BadRow, OSError) as error:
            problems.add(UNREADABLE_FILE, f"{found.name}: {error}")
    held = [log for log in logs.values() if log.height]
    if not held:
        raise NothingToAudit(nothing(path, problems))
    names = [one.name for one in READERS]
    return sorted(held, key=lambda log: (names.index(log.reader.name) if log.reader.name in names else 99, -log.height))


def readable(path: Path, problems: Problems, given: Mapping[str, str]) -> Iterator[tuple[Found, Reader]]:
    """Every file that a reader knows; of those of one log that have the same content, the first."""
    known: list[tuple[Found, Reader]] = []
    for found in found_under(path, problems):
        reader = reader_of(found, given)
        if reader is None:
            problems.add(UNRELATED, found.name)
        else:
            known.append((found, reader))
    twice = same_files(known)
    for found, reader in known:
        if found.path in twice:
            problems.add(SAME_FILE, f"{found.name} is {twice[found.path].name}")
        else:
            yield found, reader


def sources_of(reader: Reader, found: Found) -> Sources:
    """Who reads this file, why, and what it takes from where."""
    return Sources(reader.name, reader.recognises(found) or "", reader.columns(found))


def same_files(known: list[tuple[Found, Reader]]) -> dict[Path, Found]:
    """Files whose bytes are those of an earlier file of the same log; only files of equal size are compared."""
    alike: dict[tuple[Path, int], list[Found]] = defaultdict(list)
    for found, reader in known:
        alike[reader.root(found), found.path.stat().st_size].append(found)
    twice: dict[Path, Found] = {}
    for files in alike.values():
        first: dict[bytes, Found] = {}
        for found in files if len(files) > 1 else ():
            earlier = first.setdefault(content_hash(found.path), found)
            if earlier is not found and not other_step(earlier, found):
                twice[found.path] = earlier
    return twice


def other_step(one: Found, other: Found) -> bool:
    """Whether the names are of two steps: an exam that went the same twice is no copy."""
    steps = step_in(one.name), step_in(other.name)
    return None not in steps and steps[0] != steps[1]


def content_hash(path: Path) -> bytes:
    """A hash of the whole file."""
    sha = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            sha.update(data)
    return sha.digest()


def nothing(path: Path, problems: Problems) -> str:
    """The sentence for a path where no reader found a rollout."""
    seen = "; ".join(str(problem) for problem in problems)
    names = ", ".join(dict.fromkeys(reader.name for reader in READERS))
    return (
        f"{path} holds no rollouts that can be read. {'What is there: ' + seen + '. ' if seen else ''}"
        f"Known are {names}, and any JSON lines or Parquet with "
        f"--map completion=FIELD,prompt=FIELD,reward=FIELD,step=FIELD"
    )
