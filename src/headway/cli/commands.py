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

STUDIES = (
    "anchors",
    "calibration",
    "collapse",
    "forecasting",
    "gap",
    "grading",
    "horizon",
    "lengths",
    "pretrained",
    "tuning",
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
        guarded (the default loop), closed (quality alone, its own judge: it collapses), collapse (the study of both and
        their ablations), anchors (the study of outside signals), gap (what a model's own judgement adds, by size and
        domain), calibration (paid for knowing what one does not know), grading (what is learned from two graders of
        programs), lengths (self-training on longer problems), horizon (what a model's own errors do to it), pretrained
        (five judges on a real language model), tuning (what preferences do to diversity in code and in verse),
        forecasting (is `headway forecast` right?), or a .toml file of fields.
    out
        Folder of the run; runs/NAME if not given. It must be new, or hold this same run, which then goes on.
    domain
        puzzles, addition, copy, reverse, multiplication, mazes, programs, one written out such as 'Gym(task="gcd")',
        or a .jsonl or .parquet file of prompts.
    checker
        Python function that checks an answer to a prompt of your file, as file.py:function or module:function.
    seeds
        How many seeds a study has for every arm (collapse 8; anchors, calibration, grading and tuning 5; forecasting 2;
        the others 3).
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


@app.command
def gap(
    model: str,
    /,
    *,
    tasks: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    checker: str | None = None,
    ask: Annotated[tuple[str, ...], Parameter(negative="")] = ("verdict",),
    judge: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    n: Annotated[int, Parameter(name=("-n", "--n"))] = 100,
    attempts: int = 8,
    temperature: float = 0.7,
    top_p: float = 0.9,
    max_tokens: int | None = None,
    stop: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    question: str | None = None,
    truth: str | None = None,
    verdict: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    margin: float = 0.01,
    seed: int = 0,
    out: Path | None = None,
    html: Path | None = None,
    plan: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Say whether a loop is worth starting: does the model's judgement add anything to what it writes?

    The model tries every task several times and is asked which attempts are right; the world says which are. The gap is
    what keeping the attempts that it likes adds to accuracy. For every domain the answer is one of: go; needs an anchor
    (a perfect judge would gain, this one does not); no-go (no judge would); cannot tell, and how many tasks would
    settle it. A pilot says beforehand what it costs.

    ```
    headway gap runs/first --tasks puzzles --tasks addition
    headway gap smollm2-135m --tasks prompts.jsonl --checker check.py:right -n 200
    headway gap http://localhost:8000/v1#qwen --tasks 'Gym(task="gcd")' --ask verdict --ask score
    headway gap runs/first --tasks puzzles --judge runs/second/best/solver
    headway gap rollouts.parquet --truth correct --verdict score
    ```

    Parameters
    ----------
    model
        A run folder, a checkpoint, a model that `headway models list` names, a folder or name of transformers,
        ADDRESS#MODEL of an OpenAI-compatible server, a start written out such as 'LanguageModel(model="smollm2-135m")';
        or saved rows, a .jsonl or .parquet file with a row an attempt, which needs no model and no torch.
    tasks
        A domain as `headway run --domain` takes it, or a file of prompts; give it several times for several domains.
    checker
        Python function that checks an answer to a prompt of your file, as file.py:function or module:function.
    ask
        How the judge is asked: verdict, likelihood, or another way that `Opinion.ask` has; several times for several.
    judge
        Another model that judges instead, named like MODEL; several times for several.
    n
        Tasks a domain. The interval is over tasks, so this is what makes it narrow.
    attempts
        Attempts at each task.
    temperature
        Of the attempts.
    top_p
        Of the attempts.
    max_tokens
        Of an attempt; the longest right answer of the domain if not given, 256 for a file.
    stop
        Text that ends an attempt of a language model; several times for several. A base model needs one.
    question
        How a language model is asked for a verdict: a text with {prompt} (or {line}, its last line) and {answer} in it.
    truth
        Of saved rows: the field that says what is right (1 or 0), or the judge in `verdicts` that does.
    verdict
        Of saved rows: the field of a judge's opinion (0 to 1); several times for several judges.
    margin
        A gain below this share of attempts counts as none.
    seed
        Decides which tasks are drawn, and every attempt.
    out
        Also write the judged attempts as a .parquet file, which this command reads again.
    html
        Also write the answer as one HTML file.
    plan
        Do the pilot, print what the rest would cost, and stop.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.gap import SAVED, Settings, Told, from_model, from_rows

    told = Told(margin, html, json)
    if not tasks:
        if Path(model).suffix not in SAVED:
            raise ValueError(
                f"{model!r} is asked with --tasks, such as --tasks puzzles; saved rows end in .jsonl or .parquet"
            )
        return from_rows(Path(model), truth, verdict, told)
    if truth or verdict:
        raise ValueError("--truth and --verdict name fields of saved rows; a model is judged with --ask and --judge")
    ends = tuple(text.replace("\\n", "\n") for text in stop)
    settings = Settings(n, attempts, ask, judge, temperature, top_p, max_tokens, checker, ends, question, seed)
    from_model(model, tasks, settings, told, out=out, plan=plan)
    return None


@app.command
def forecast(
    path: Path,
    /,
    *,
    mapping: Annotated[str | None, Parameter(name="--map")] = None,
    split: str | None = None,
    json: Json = False,
) -> None:
    """Say before tuning whether a reward will narrow what is written in each domain, or widen it.

    From log-probabilities and rewards of sampled rollouts alone, without a model: the covariance of the two within
    tasks is the rate at which entropy falls. The latest steps of the log are read.

    ```
    headway forecast rollouts.jsonl --map logprob=sum_logprob,reward=score,prompt=question
    headway forecast runs/first
    ```

    Parameters
    ----------
    path
        A file or a folder of rollouts, of any kind that `headway audit` reads, with log-probabilities of whole texts.
    mapping
        Which field holds what, as completion=FIELD,prompt=FIELD,reward=FIELD,logprob=FIELD,domain=FIELD and so on.
    split
        train or eval, where the log has both.
    json
        Print one JSON object instead of text.
    """
    from headway.cli.foreseeing import foreseen

    foreseen(path, mapping=mapping, split=split, as_json=json)
