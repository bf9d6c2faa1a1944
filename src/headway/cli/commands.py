"""The commands themselves: what each reads, does and says."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from headway import __version__
from headway.cli.models import app as models
from headway.cli.output import said
from headway.cli.review import app as review

app = App(
    name="headway",
    version=__version__,
    help="Run self-improvement loops on language models that compound instead of collapsing.",
    help_format="markdown",
)
app.command(models)
app.command(review)

STUDIES = ("anchors", "calibration", "collapse", "gap", "lengths", "pretrained")
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
        guarded (the default loop), closed (quality alone, its own judge: it collapses), collapse (the study of
        both and their ablations), anchors (the study of outside signals), gap (what a model's own
        judgement adds, by size and domain), lengths (the study of self-training on
        longer problems), pretrained (five judges on a real language model), calibration (paid for knowing what one
        does not know), or a .toml file of fields.
    out
        Folder of the run; runs/NAME if not given. It must be new, or hold this same run, which then goes on.
    domain
        puzzles, addition, copy, reverse, multiplication, mazes, one written out such as 'Gym(task="gcd")', or a
        .jsonl or .parquet file of prompts.
    checker
        Python function that checks an answer to a prompt of your file, as file.py:function or module:function.
    seeds
        How many seeds a study has for every arm (collapse and anchors 8, calibration 6, the others 3).
    workers
        Processes that a study uses, one thread each.
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

        asked = asking.STUDIES[name](changes, domain, seeds)
        return study(asked, out or Path("runs") / name, workers, plan=plan, as_json=json)
    if seeds is not None:
        raise ValueError("--seeds belongs to a study; a single run has --seed")
    from headway.cli.fields import experiment_named
    from headway.cli.running import begin, planned

    experiment = experiment_named(name, domain, checker, changes)
    if plan:
        return planned(experiment, as_json=json)
    folder = out or Path("runs") / Path(name).stem
    sys.exit(begin(experiment, folder, as_json=json))


@app.command
def resume(folder: Path, /, *, rounds: int | None = None, json: Json = False) -> None:
    """Go on with a run that was stopped or killed, from its last whole stage.

    Parameters
    ----------
    folder
        The run folder.
    rounds
        More rounds than were planned.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.running import go_on

    sys.exit(go_on(folder, rounds, as_json=json))


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
def report(folder: Path, /, *, out: Path | None = None, json: Json = False) -> None:
    """Write the report page of a run: one HTML file that needs nothing else.

    Parameters
    ----------
    folder
        The run folder.
    out
        The page's file; report.html in the run folder if not given.
    json
        Print one JSON object with the page's path and its verdict.
    """
    from headway.cli.showing import write_report

    page, path = write_report(folder, out or folder / "report.html")
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


@app.command
def audit(
    path: Path,
    /,
    *,
    mapping: Annotated[str | None, Parameter(name="--map")] = None,
    split: str | None = None,
    html: Path | None = None,
    fail_on: str | None = None,
    json: Json = False,
) -> None:
    """Say whether a loop is collapsing, from the rollouts that it left: any stack's log, no GPU, no configuration.

    ```
    headway audit outputs/my-grpo-run
    headway audit rollouts.jsonl --map completion=response,reward=score,step=iteration,prompt=question
    headway audit runs/first --html audit.html --fail-on collapsed,hacked
    ```

    Exit codes: 0 healthy, 1 something was found, 2 wrong arguments or nothing to read, 3 the data cannot tell.

    Parameters
    ----------
    path
        A file or a folder of rollouts: TRL, verl, OpenRLHF, verifiers and prime-rl, ART, SkyRL, NeMo-RL, tinker, rLLM,
        open-instruct, inspect, lm-eval, a run folder of headway, or any JSON lines or Parquet.
    mapping
        Which field holds what, as completion=FIELD,prompt=FIELD,reward=FIELD,step=FIELD and so on.
    split
        train or eval, where the log has both.
    html
        Also write the audit as one HTML file.
    fail_on
        Exit with 1 only for these verdicts, such as collapsed,hacked, and with 0 otherwise; never for none.
    json
        Print one JSON object instead of a page.
    """
    from headway.cli.auditing import examined
    from headway.cli.errors import usage_is_two

    with usage_is_two():
        sys.exit(examined(path, mapping=mapping, split=split, html=html, fail_on=fail_on, as_json=json))
