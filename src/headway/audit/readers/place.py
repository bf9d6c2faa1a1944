"""What a path says of its rows: the step, the split, and the folder that is the whole log."""

import re
from pathlib import Path, PurePosixPath

from headway.audit.files import Found

STEP = re.compile(r"(?:^|[^a-z])(?:global_step|iteration|checkpoint|completions|round|epoch|step|iter|ckpt)[_=-]?(\d+)")
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d)[-:](\d\d)[-:](\d\d)")
ONLY_NUMBER = re.compile(r"\d+")
SPLITS = {
    "train": "train",
    "training": "train",
    "rollouts": "train",
    "eval": "eval",
    "evals": "eval",
    "val": "eval",
    "valid": "eval",
    "validation": "eval",
    "test": "eval",
    "dumped_evals": "eval",
}

INNER = frozenset(
    (*SPLITS, "all", "effective", "episodes", "completions", "rounds", "trajectories", "dumped", "global")
)
"""Words that folders inside a log are named by."""


def step_in(name: str) -> int | None:
    """The step that a path names, in the file's name or else in the nearest folder that names one."""
    for part in reversed(PurePosixPath(name).parts):
        stem = re.sub(r"(\.jsonl?|\.ndjson|\.parquet|\.gz|\.zst|\.eval|\.csv)+$", "", part)
        if ONLY_NUMBER.fullmatch(stem) and len(stem) < 12:
            return int(stem)
        if found := list(STEP.finditer(stem.lower())):
            digits = found[0][1]
            return int(digits) if len(digits) < 12 else None
    return None


def date_in(text: str) -> int | None:
    """The first date and time of a text as a number that ascends with it, such as 20261123093036."""
    found = DATE.search(text)
    return int("".join(found.groups())) if found else None


def split_in(name: str) -> str | None:
    """Whether a path says that its rows are of training or of evaluation; None where it says neither."""
    for part in reversed(PurePosixPath(name.lower()).parts):
        for word in re.split(r"[^a-z]+", part):
            if word in SPLITS:
                return SPLITS[word]
        if part in SPLITS:
            return SPLITS[part]
    return None


def root_of(found: Found) -> Path:
    """The folder of the log that a file is part of: folders named by a step, a number or a split are inside it."""
    folder = found.path.parent
    while folder != folder.parent and _inside(folder.name):
        folder = folder.parent
    return folder


def _inside(name: str) -> bool:
    """Whether a folder of this name is a part of a log: all its words are of steps, splits or rollouts."""
    stem = name.lower()
    words = [word for word in re.split(r"[^a-z]+", stem) if word]
    return bool(ONLY_NUMBER.fullmatch(stem) or STEP.search(stem) or (words and all(word in INNER for word in words)))
