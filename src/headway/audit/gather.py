"""Every log under a path: which reader reads which file, its rows spooled, what repeats left out, trouble counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from headway.audit.copies import Copies
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
from headway.audit.repeats import Repeats
from headway.audit.rollouts import Sources
from headway.audit.spool import Spool


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
                    log.spools.setdefault(str(split), Spool(place / str(len(log.spools)))).add(part)
        except (BadFile, BadRow, OSError) as error:
            problems.add(UNREADABLE_FILE, f"{found.name}: {error}")
    held = [log for log in logs.values() if log.height]
    if not held:
        raise NothingToAudit(nothing(path, problems))
    names = [one.name for one in READERS]
    return sorted(held, key=lambda log: (names.index(log.reader.name) if log.reader.name in names else 99, -log.height))


def readable(path: Path, problems: Problems, given: Mapping[str, str]) -> Iterator[tuple[Found, Reader]]:
    """Every file that a reader knows, one in memory at a time; of those of a log with the same content, the first."""
    copies = Copies()
    for found in found_under(path, problems):
        reader = reader_of(found, given)
        if reader is None:
            problems.add(UNRELATED, found.name)
            continue
        try:
            earlier = copies.earlier(found, reader.root(found))
        except (BadFile, BadRow, OSError) as error:
            problems.add(UNREADABLE_FILE, f"{found.name}: {error}")
            continue
        if earlier is not None:
            problems.add(SAME_FILE, f"{found.name} is {earlier}")
        else:
            yield found, reader


def sources_of(reader: Reader, found: Found) -> Sources:
    """Who reads this file, why, and what it takes from where."""
    return Sources(reader.name, reader.recognises(found) or "", reader.columns(found))


def nothing(path: Path, problems: Problems) -> str:
    """The sentence for a path where no reader found a rollout."""
    seen = "; ".join(str(problem) for problem in problems)
    names = ", ".join(dict.fromkeys(reader.name for reader in READERS))
    return (
        f"{path} holds no rollouts that can be read. {'What is there: ' + seen + '. ' if seen else ''}"
        f"Known are {names}, and any JSON lines or Parquet with "
        f"--map completion=FIELD,prompt=FIELD,reward=FIELD,step=FIELD"
    )
