"""The commands that ask and train nothing: of a log (audit, forecast), of a model (gap, values, horizon)."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Json = Annotated[bool, Parameter(negative="")]


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


def values(
    judge: str,
    /,
    *,
    outcomes: str | None = None,
    framing: str = "prefer",
    ask: str = "odds",
    replies: int = 10,
    edges: float = 2.0,
    tasks: str | None = None,
    other: str | None = None,
    n: Annotated[int, Parameter(name=("-n", "--n"))] = 100,
    verdict: str = "verdict",
    seed: int = 0,
    out: Path | None = None,
    html: Path | None = None,
    plan: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Audit what a judge prefers before it is trusted: are its choices coherent, above what nonsense shows?

    The judge chooses between two outcomes at a time, each pair in both orders; utilities are fitted to some pairs and
    scored on others. Two lists without meaning, one of them with numbers, say how coherent it looks about nothing. The
    answer has the place of an outcome, other wordings, lotteries, and the same events for the judge and for others. The
    cost is shown first.

    ```
    headway values smollm2-135m
    headway values http://localhost:8000/v1#qwen --ask replies --outcomes outcomes.jsonl --plan
    headway values smollm2-135m --tasks addition --other runs/first
    ```

    Parameters
    ----------
    judge
        A model, named as for `headway gap`.
    outcomes
        A .jsonl file with a `text` a line (and `name`, `tags`, `mixture`, `event`, `who`, `good` where they apply), or
        Goods() for a judge that was trained on it; bundled everyday outcomes if not given.
    framing
        How a pair is put: prefer, better, decide, or plain for a model without a chat template.
    ask
        odds of the two words, or replies that are drawn, for a server that gives no log-probabilities.
    replies
        Replies a question, at temperature 1.
    edges
        Pairs for the fit, times N log2 N of N outcomes.
    tasks
        A domain that knows what is right: does the judge favour its own answers beyond what they deserve?
    other
        The model whose answers stand beside its own.
    n
        Tasks of that domain.
    verdict
        How both models are asked about those answers: verdict, likelihood, or another way that `Opinion.ask` has.
    seed
        Decides which pairs are asked.
    out
        Also write every choice as a .parquet file.
    html
        Also write the answer as one HTML file.
    plan
        Print what it would cost, and stop.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.values import Own, Questions, Where
    from headway.cli.values import values as audited

    if (tasks is None) != (other is None):
        raise ValueError("--tasks and --other belong together: own answers at tasks beside those of another model")
    own = None if tasks is None or other is None else Own(other, tasks, n, verdict)
    audited(judge, Questions(outcomes, framing, ask, replies, edges, seed), own, Where(out, html, json, plan))


def horizon(
    model: str,
    /,
    *,
    turns: int = 16,
    n: Annotated[int, Parameter(name=("-n", "--n"))] = 40,
    keys: int = 8,
    lowest: int = -99,
    highest: int = 99,
    each: int = 1,
    form: str = "chat",
    rate: Annotated[tuple[float, ...], Parameter(negative="")] = (0.0, 0.25, 0.5, 1.0),
    helped: Annotated[bool, Parameter(negative="")] = False,
    think: int | None = None,
    success: float = 0.5,
    temperature: float = 1.0,
    max_tokens: int = 32,
    seed: int = 0,
    out: Path | None = None,
    html: Path | None = None,
    plan: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Say how many turns of a plan a model executes without an error, and why it stops: length, or its own errors.

    The model is told a dictionary of numbers, is given keys turn by turn, and keeps a running sum. It does so on its
    own record, and after records that are given: clean ones, and ones into which errors were put. The cost comes first.

    ```
    headway horizon smollm2-135m --turns 8 --lowest 1 --highest 9
    headway horizon http://localhost:8000/v1#qwen --turns 32 --form tool --plan
    ```

    Parameters
    ----------
    model
        A model, named as for `headway gap`.
    turns
        Turns of a plan.
    n
        Plans. The intervals are over plans, so this is what makes them narrow.
    keys
        Keys in the dictionary.
    lowest
        The lowest value a key can have.
    highest
        The highest.
    each
        Keys a turn.
    form
        chat, or tool for the same as a transcript of tool calls.
    rate
        Shares of the earlier turns that are made wrong; several times for several, 0 and 1 among them.
    helped
        Also try what may help: one earlier turn shown, a tool that puts the record right, a vote of 5.
    think
        Also carry the plans out with thinking before each answer, in at most so many tokens a turn.
    success
        Share of plans that the horizon asks for.
    temperature
        Of the replies.
    max_tokens
        Of a reply.
    seed
        Decides the plans, the errors and every reply.
    out
        Also write every turn as a .parquet file, in the table of attempts.
    html
        Also write the answer as one HTML file.
    plan
        Print what it would cost, and stop.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.cli.horizon import Where
    from headway.cli.horizon import horizon as executed
    from headway.domains import Lookups
    from headway.meter.horizon import Executing
    from headway.sample import Chain

    domain = Lookups(keys, turns, each, lowest, highest, form)  # type: ignore[arg-type]  (it says what is allowed)
    thought = None
    if think is not None:
        thought = Chain(replace(domain, think=True), temperature=temperature, max_tokens=think)
    asked = Executing(domain, n, rate, temperature, max_tokens, helped, thought, seed)
    executed(model, asked, Where(success, out, html, json, plan))


QUESTIONS = (audit, gap, forecast, values, horizon)
