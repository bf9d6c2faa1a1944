"""Weights out of a run and into one, in the form that `transformers` reads."""

from collections.abc import Callable
from pathlib import Path

from headway.cli.output import said
from headway.models.cache import made_whole

OTHERWISE = "name another folder with --to"


def exported(source: Path, role: str, to: Path, *, merged: bool, as_json: bool) -> None:
    """Write the policy at `source` to the new folder `to`."""
    from headway.policy.exporting import export

    checkpoint = checkpoint_at(source, role)
    _made(to, lambda folder: export(checkpoint, folder, merged=merged))
    said({"checkpoint": str(checkpoint), "folder": str(to)}, f"{checkpoint} is written to {to}", as_json=as_json)


def taken_in(source: Path, to: Path, *, as_json: bool) -> None:
    """Make a checkpoint at `to` of the exported policy at `source`."""
    from headway.policy.exporting import imported

    if not source.is_dir():
        raise ValueError(f"{source} is not a folder; name one that `headway export` wrote")
    policy = imported(source)
    _made(to, policy.save)
    said({"source": str(source), "checkpoint": str(to)}, f"{source} is taken in as {to}", as_json=as_json)


def checkpoint_at(source: Path, role: str) -> Path:
    """The saved policy of a run's best round, of one of its rounds, or `source` itself."""
    tried = (source / "best" / role, source / role, source)
    for folder in tried:
        if (folder / "config.json").is_file():
            return folder
    raise ValueError(
        f"{source} holds no saved policy of the role {role!r}; name a run folder, or a checkpoint such as "
        f"runs/first/checkpoints/0005/solver"
    )


def _made(to: Path, write: Callable[[Path], None]) -> None:
    if to.exists():
        raise ValueError(f"{to} exists already, and nothing is overwritten; {OTHERWISE}")
    with made_whole(to.absolute(), OTHERWISE) as folder:
        write(folder)
