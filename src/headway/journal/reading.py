"""Reading a run folder without the lock, also while another process writes it."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.cast import Cast
from headway.journal.checkpoints import Load, cast_of, load_cast, load_policy
from headway.journal.errors import JournalError
from headway.journal.facts import changed_kernels, changed_packages, read_facts
from headway.journal.layout import Layout
from headway.journal.ledger import check_against, whole_lines
from headway.journal.manifest import Manifest
from headway.journal.rounds import Committed, committed_rounds, needed, read_round
from headway.journal.sealed import check_file
from headway.journal.sentences import in_sentences
from headway.stages import Round


@dataclass(frozen=True)
class Run:
    """What a run folder says: the experiment as text, and the committed rounds without their casts."""

    experiment: str
    seed: int
    rounds: int
    """Planned after round 0; `history` has fewer while the run is under way, or was stopped by its gate."""
    history: tuple[Round, ...]
    packages: Mapping[str, str]
    machine: Mapping[str, Any]
    weights: tuple[Mapping[str, str] | None, ...] = ()
    """By round: the digest of every role's weights after it; None for a round that was refused before training."""

    @property
    def changed_packages(self) -> dict[str, tuple[str | None, str | None]]:
        """Packages whose version is not the one the run was begun with: then and now."""
        return changed_packages(self.packages)

    def changed_kernels(self, now: bool) -> str | None:
        """A sentence where compiled kernels were used when the run was begun and are not now, or the reverse."""
        return changed_kernels(self.machine, now)


def read_run(folder: Path) -> Run:
    """The run in this folder; JournalError where it is not one (64) or a file of it is damaged (65)."""
    layout = Layout(Path(folder))
    with in_sentences(layout):
        facts = read_facts(layout)
        done = _checked(layout)
        history = tuple(read_round(layout.round(one.manifest.round), one.manifest) for one in done)
    weights = tuple(_digests(one.manifest) for one in done)
    return Run(facts.experiment, facts.seed, facts.rounds, history, facts.packages, facts.machine, weights)


def _digests(manifest: Manifest) -> dict[str, str] | None:
    return None if manifest.cast is None else {role: stored.digest for role, stored in manifest.cast.items()}


def read_cast(folder: Path, index: int, load: Load = load_policy) -> Cast:
    """The cast that round `index` left behind; JournalError where it is not kept (64) or a file is damaged (65)."""
    layout = Layout(Path(folder))
    with in_sentences(layout):
        read_facts(layout)
        done = _checked(layout)
        kept = [one.round for one in needed(done)]
        if index not in kept:
            raise JournalError(f"{layout.folder} keeps the casts of rounds {kept}, not of round {index}", os.EX_USAGE)
        return load_cast(layout, cast_of(layout, done[index].manifest), load, {})


def run_hash(folder: Path) -> str:
    """SHA-256 of what a run computed: experiment, seed, and every artifact and checkpoint of its committed rounds.

    Equal hashes mean equal bits. The number of rounds planned, versions, the machine and timings are not
    in it. The run must not be under way. Every file is compared with its own hash on the way: JournalError (65)
    where one is damaged.
    """
    layout = Layout(Path(folder))
    with in_sentences(layout):
        facts = read_facts(layout)
        done = _checked(layout)
        for one in done:
            for name, mark in one.manifest.files.items():
                check_file(layout.round(one.manifest.round) / name, mark)
        for manifest in needed(done):
            for stored in (manifest.cast or {}).values():
                stored.check(layout.folder)
    sha = hashlib.sha256(f"{facts.seed}\n{facts.experiment}\n".encode())
    for one in done:
        for line in _contents(one.manifest):
            sha.update(f"{one.manifest.round}/{line}\n".encode())
    return sha.hexdigest()


def _checked(layout: Layout) -> list[Committed]:
    """The committed rounds, compared with the ledger."""
    # The ledger is read first: a process that is running renames a round before it adds the line.
    lines = whole_lines(layout)
    done = committed_rounds(layout)
    check_against(layout, lines, done)
    return done


def _contents(manifest: Manifest) -> Iterator[str]:
    """The name and hash of everything that a round made, wherever it is stored."""
    for name, mark in sorted(manifest.files.items()):
        yield f"{name} {mark.sha256}"
    for role, stored in sorted((manifest.cast or {}).items()):
        for name, mark in sorted(stored.files.items()):
            yield f"{role}/{name} {mark.sha256}"
