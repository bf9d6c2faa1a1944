"""Our own run folders: the attempts of every round, and the exam, which has the same held-out tasks in every round."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.attempts import field_names
from headway.audit.files import Found
from headway.audit.problems import BadFile, Problems
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rollouts import rollouts
from headway.audit.rows import parquet_frames
from headway.audit.values import asked

EXAM, ATTEMPTS, SAMPLED = "exam.parquet", "attempts.parquet", "sampled.parquet"
SET_ASIDE = "rounds that the run's own gate set aside"
WORLD_JUDGE = re.compile(r"\b(?:Tool|User|Program)\([^=]*?(?:.*?)name='([^']+)'", re.DOTALL)
OPTIMISED = re.compile(r"select=.*?\bof='([^']+)'", re.DOTALL)


@dataclass(frozen=True)
class RunFolder(Reader):
    """Parquet tables of attempts with their verdicts; `run.json` says which verdict was optimised."""

    name = "headway run folder"
    split = "eval"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "parquet" and has(found, "task", "text", "author", "verdicts", "weight"):
            return "a table of attempts with verdicts and weights"
        return None

    def columns(self, found: Found) -> Columns:
        optimised, world = judges_of(self.root(found))
        own = ("task", "prompt", "text", "answer", "confidence", "logprob", "tokens", "finish", "domain", "level")
        made = {name: name for name in own} | {"step": "the round", "author": "author"}
        if optimised:
            made["reward"] = f"verdicts.{optimised}"
        return made | {"gold": f"verdicts.{world}"} if world else made

    def root(self, found: Found) -> Path:
        """The run folder: the folder above `rounds`."""
        parents = [parent for parent in found.path.parents if parent.name == "rounds"]
        return parents[0].parent if parents else found.path.parent

    def read(self, found: Found, problems: Problems) -> Iterator[pl.DataFrame]:
        folder = found.path.parent
        if found.path.name == SAMPLED or folder.name.startswith("."):
            return  # the attempts table has the same rows with more columns; a hidden round is not whole yet
        if not folder.name.isdecimal():
            raise BadFile("is a table of attempts outside a run folder; name the run folder")
        if rolled_back(folder):
            problems.add(SET_ASIDE, f"round {int(folder.name)}")
            return
        optimised, world = judges_of(self.root(found))
        split = "eval" if found.path.name == EXAM else "train"
        for frame in parquet_frames(found):
            yield made(frame.filter(pl.col("author") != "world"), int(folder.name), split, optimised, world)


def made(frame: pl.DataFrame, step: int, split: str, optimised: str | None, world: str | None) -> pl.DataFrame:
    """Attempts as rollouts of this step."""
    kept = ("task", "text", "answer", "confidence", "logprob", "tokens", "finish", "domain", "level", "author")
    prompts = frame["prompt"]
    return rollouts(
        {
            **{name: frame[name] for name in kept},
            "step": pl.Series([step] * frame.height, dtype=pl.Int64),
            "split": pl.Series([split] * frame.height, dtype=pl.String),
            "prompt": prompts if prompts.dtype == pl.String else [asked(one) for one in prompts.to_list()],
            "reward": verdict(frame, optimised),
            "gold": verdict(frame, world),
            **turns_of(frame),
        }
    )


def turns_of(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Which turn of which conversation each attempt is, and the errors that it was shown; nothing for other tables."""
    if not {"chain", "turn", "context", "errors"} <= {*field_names(frame, "traits")}:
        return {}
    told = {name: frame["traits"].struct.field(name) for name in ("turn", "context", "errors")}
    return told | {"conversation": frame["task"].str.replace("/[0-9]+$", "")}


def verdict(frame: pl.DataFrame, judge: str | None) -> pl.Series | None:
    """That judge's column; None where it has not spoken in this table."""
    if judge is None or judge not in field_names(frame, "verdicts"):
        return None
    return frame["verdicts"].struct.field(judge).cast(pl.Float64)


def judges_of(run: Path) -> tuple[str | None, str | None]:
    """The verdict that selection optimised, and the one that reads the world, by the experiment's own text."""
    path = run / "run.json"
    if not path.is_file():
        return None, "tool"
    try:
        experiment = str(json.loads(path.read_text(encoding="utf-8")).get("experiment", ""))
    except (ValueError, AttributeError):
        return None, "tool"
    optimised, world = OPTIMISED.search(experiment), WORLD_JUDGE.search(experiment)
    return (optimised[1] if optimised else None), (world[1] if world else None)


def rolled_back(folder: Path) -> bool:
    """Whether the gate did not go on from this round."""
    path = folder / "ruling.json"
    if not path.is_file():
        return False
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("accept") is False
    except (ValueError, AttributeError):
        return False
