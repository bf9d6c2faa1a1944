"""The commands that run loops and show them: what each reads, does and says."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from headway import __version__
from headway.cli.govern import app as govern
from headway.cli.models import app as models
from headway.cli.output import said
from headway.cli.questions import QUESTIONS
from headway.cli.review import app as review

app = App(
    name="headway",
    version=__version__,
    help="Run self-improvement loops on language models that compound instead of collapsing.",
    help_format="markdown",
)
app.command(govern)
app.command(models)
app.command(review)
for question in QUESTIONS:
    app.command(question)

STUDIES = (
    "anchors",
    "calibration",
    "collapse",
    "forecasting",
    "gap",
    "governor",
    "grading",
    "horizon",
    "lengths",
    "pretrained",
    "selfplay",
    "tuning",
    "values",
)
Fields = Annotated[str, Parameter(allow_leading_hyphen=True, show=False)]
Json = Annotated[bool, Parameter(negative="")]


@app.command
def run(
    name: str,
    /,
    *fields: Fields,
    out: Path | None = None,
    domain: str | None = None,
    checker: str | None = None,
    seeds: int | None = None,
    workers: int = 2,
    engine: str | None = None,
    accelerators: float = 0.0,
    ahead: Annotated[bool, Parameter(negative="")] = False,
    stages: int | None = None,
    plan: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Run a loop, or a study of several, and write its report page.

    Any field of the experiment can be set by its path, after the options; `headway run guarded --plan` prints
    every field with its value. For example:

    ```
    headway run guarded --out runs/first --rounds 8 --seed 1
    headway run guarded --select.inner.keep 2 --train.epochs 1 --gate 'Always()'
    headway run guarded --domain prompts.jsonl --checker check.py:right
    headway run collapse --seeds 8
    ```

    Exit codes: 0 done, 3 stopped by the gate, 64 wrong arguments, 65 damaged data, 73 or 77 cannot write there,
    75 try again later, 130 interrupted.

    Parameters
    ----------
    name
        guarded (the default loop), closed (quality alone, its own judge: it collapses), a .toml file of fields, or a
        study: collapse (both of these and their ablations), anchors (signals from outside), gap (what a model's own
        judgement adds, by size and domain), governor (who decides whether a round stands), values (what a judge
        prefers), tuning (what preference tuning does to diversity), forecasting (whether that can be foretold),
        calibration (paid for knowing what one does not know), selfplay (a proposer and a solver without labels),
        lengths (self-training on longer problems), horizon (what a model's own errors do to it), grading (what is
        learned from two graders of programs), pretrained (five judges on a real language model).
    out
        Folder of the run; runs/NAME if not given. It must be new, or hold this same run, which then goes on.
    domain
        puzzles, addition, copy, reverse, multiplication, mazes, programs, one written out such as 'Gym(task="gcd")',
        or a .jsonl or .parquet file of prompts.
    checker
        Python function that checks an answer to a prompt of your file, as file.py:function or module:function.
    seeds
        How many seeds a study has for every arm (3, 5 or 8 if not given).
    workers
        Processes that a study uses, or workers of the engine; one thread each.
    engine
        Where a run's work is done: pool (processes of this machine), ray (a cluster begun here), ray://HOST:PORT (one
        that runs), files (whoever runs `headway work`), inline (this process, through the same seams). The bits are the
        same. None if not given.
    accelerators
        How many each worker on a Ray cluster has, such as 1, or 0.5 where two share one.
    ahead
        Let an engine sample the next round while this one is examined; what the gate does not let stand is dropped.
        With --staleness 1 it is sampled while this one is still judged and trained, and dropped only where the gate
        goes back behind who wrote it.
    stages
        Stop after so many stages; `headway resume` goes on, on this machine or on another that shares the disk.
    plan
        Print the experiment and whether it is circular, and run nothing.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.fields import changes_of

    changes = changes_of(fields)
    if name in STUDIES:
        from headway.cli import asking
        from headway.cli.studying import study

        if engine is not None:
            raise ValueError("--engine belongs to a run; a study spreads its runs over --workers processes")
        asked = asking.STUDIES[name](changes, domain, seeds)
        return study(asked, out or Path("runs") / name, workers, plan=plan, as_json=json)
    if seeds is not None:
        raise ValueError("--seeds belongs to a study; a single run has --seed")
    from headway.cli.fields import experiment_named
    from headway.cli.running import Where, begin, planned

    experiment = experiment_named(name, domain, checker, changes)
    where = Where(engine, workers, ahead, stages, accelerators)
    if plan:
        return planned(experiment, as_json=json)
    folder = out or Path("runs") / Path(name).stem
    sys.exit(begin(experiment, folder, where, as_json=json))


@app.command
def studies(
    *only: str,
    out: Path | None = None,
    full: Annotated[bool, Parameter(negative="")] = False,
    workers: int = 2,
    plan: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Run the studies of the nine systems, and print one table: what is claimed, what was measured, does it hold.

    ```
    headway studies
    headway studies S1 S6
    headway studies --full --out runs/whole
    ```

    Parameters
    ----------
    only
        Systems by name, S1 to S9 (S4 is S4a and S4b), or by study; all if not given.
    out
        Folder of the studies; runs/studies, or runs/studies-full, if not given. One that was stopped goes on there.
    full
        Every seed and every arm, as docs/ reports them: hours, not minutes.
    workers
        Processes at once, one thread each.
    plan
        Say how many runs each study has, and run nothing.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli import overseeing

    folder = out or Path("runs") / ("studies-full" if full else "studies")
    overseeing.studies(only, folder, workers, full=full, plan=plan, as_json=json)


@app.command
def resume(
    folder: Path,
    /,
    *,
    rounds: int | None = None,
    engine: str | None = None,
    workers: int = 2,
    accelerators: float = 0.0,
    ahead: Annotated[bool, Parameter(negative="")] = False,
    stages: int | None = None,
    json: Json = False,
) -> None:
    """Go on with a run that was stopped or killed, from its last whole stage.

    Parameters
    ----------
    folder
        The run folder.
    rounds
        More rounds than were planned.
    engine
        Where the work is done, as for `run`; it may be another than before.
    workers
        Workers of the engine.
    accelerators
        How many each worker on a Ray cluster has.
    ahead
        Sample the next round while this one is examined, as for `run`.
    stages
        Stop after so many stages.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.running import Where, go_on

    sys.exit(go_on(folder, rounds, Where(engine, workers, ahead, stages, accelerators), as_json=json))


@app.command
def work(folder: Path, /, *, idle: float = 600.0) -> None:
    """Be a worker of a run with `--engine files`: a batch system may begin as many as it has room for.

    ```
    headway run guarded --engine files --out runs/first &
    sbatch --array 1-64 --wrap 'headway work runs/first'
    ```

    Parameters
    ----------
    folder
        The run folder, on a disk that the driver and all workers share.
    idle
        Seconds without work after which the worker ends.
    """
    from headway.cli.running import ENGINE
    from headway.engine import work_in
    from headway.seams import carry_out

    done = work_in(folder / ENGINE, carry_out, idle)
    said({"jobs": done}, f"{done} jobs done", as_json=False)


@app.command
def show(folder: Path, /, *, json: Json = False) -> None:
    """Show the rounds of a run and what the gate decided, also while it is running.

    Parameters
    ----------
    folder
        The run folder.
    json
        Print one JSON object instead of a table.
    """
    from headway.cli.showing import show_run

    show_run(folder, as_json=json)


@app.command
def report(folder: Path, /, *, out: Path | None = None, audited: int | None = None, json: Json = False) -> None:
    """Write the report page of a run: one HTML file that needs nothing else.

    Parameters
    ----------
    folder
        The run folder.
    out
        The page's file; report.html in the run folder if not given.
    audited
        How many tasks of each round the judges are audited on, for their scorecards (200).
    json
        Print one JSON object with the page's path and its verdict.
    """
    from headway.cli.showing import write_report

    page, path = write_report(folder, out or folder / "report.html", audited)
    said({"report": str(path), "verdict": page.verdict}, f"{page.verdict}\n{path}", as_json=json)


@app.command
def export(
    source: Path,
    /,
    *,
    to: Path,
    role: str = "solver",
    adapter: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Write the weights that a run ended with as a folder that `transformers` reads, tokenizer included.

    ```
    headway export runs/first --to exported
    ```

    Parameters
    ----------
    source
        A run folder (its best round is taken), or a checkpoint such as runs/first/checkpoints/0005/solver.
    to
        The folder to make; it must not exist.
    role
        Who is exported, where the source has several.
    adapter
        Of a pretrained model, write the adapters alone, as peft reads them, instead of merging them into the model.
    json
        Print one JSON object at the end.
    """
    from headway.cli.exporting import exported

    exported(source, role, to, merged=not adapter, as_json=json)


@app.command(name="import")
def import_(source: Path, /, *, to: Path, json: Json = False) -> None:
    """Make a checkpoint of a tiny policy out of a folder that `headway export` wrote, trained on elsewhere or not.

    Any other model of `transformers` needs no import: a run starts from its folder.

    ```
    headway import exported --to back
    headway run guarded --start 'Checkpoint(folder="back")'
    ```

    Parameters
    ----------
    source
        The folder.
    to
        The checkpoint to make; it must not exist.
    json
        Print one JSON object at the end.
    """
    from headway.cli.exporting import taken_in

    taken_in(source, to, as_json=json)
