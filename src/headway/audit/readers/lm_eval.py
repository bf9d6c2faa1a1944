"""lm-eval with `--log_samples`: `samples_{task}_{date}.jsonl`, one row for every document and every filter.

An evaluation optimises nothing, so there is no reward; what its first metric says of a document is the gold. A
checkpoint is a step, by the number in the model's folder; without one, the evaluations of a model are in the order of
their dates.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.place import date_in, step_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, listed, mapping, number, share, words, written

TASK = re.compile(r"samples_(.+?)_\d{4}-\d{2}-\d{2}T")


@dataclass(frozen=True)
class LmEval(Reader):
    """Rows of the first filter are read; the others judge the same replies again."""

    name = "lm-eval samples"
    split = "eval"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "jsonl" and has(found, "doc_id", "resps", "filtered_resps"):
            return "rows with doc_id, resps and filtered_resps"
        return None

    def columns(self, found: Found) -> Columns:
        metric, chosen = metric_of(found.head[0]), found.head[0].get("filter", "none")
        return {
            "step": "the number in the folder's name, or the date",
            "task": "doc_id",
            "prompt": "arguments",
            "text": "resps",
            "answer": "filtered_resps",
            "gold": f"{metric} (filter {chosen})" if metric else "none: no metric from 0 to 1",
            "domain": "the file's name",
        }

    def root(self, found: Found) -> Path:
        """The folder of the model, or the one above where models are checkpoints with a number."""
        folder = found.path.parent
        return folder if step_in(folder.name) is None else folder.parent

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        step = step_in(found.path.parent.name)
        step = date_in(found.path.name) if step is None else step
        named = TASK.match(found.path.name)
        domain = named[1] if named else found.path.stem
        chosen, metric = found.head[0].get("filter"), metric_of(found.head[0])
        fixed = {"step": step or 0, "split": "eval", "domain": domain}

        def converted(row: Row) -> Iterable[Rollout]:
            if row.get("filter") != chosen:
                return
            if row.get("doc_id") is None:
                raise BadRow("has no doc_id")
            shared = {**fixed, "task": f"{domain}:{words(row['doc_id'], 'doc_id')}", "prompt": prompt_of(row)}
            gold = share(row.get(metric)) if metric else None
            for one in replies(row, gold):
                yield {**shared, **one}

        return converted


def metric_of(row: Row) -> str | None:
    """The first of the row's metrics that lies between 0 and 1."""
    named = [name for name in listed(row.get("metrics")) if isinstance(name, str)]
    return next((name for name in named if share(row.get(name)) is not None), None)


def prompt_of(row: Row) -> str | None:
    """The first argument of the first request."""
    arguments = row.get("arguments")
    first = mapping(arguments).get("gen_args_0") if not isinstance(arguments, list) else next(iter(arguments), None)
    if isinstance(first, list):
        return asked(first[0] if first else None, "arguments")
    return asked(mapping(first).get("arg_0"), "arguments")


def replies(row: Row, gold: float | None) -> Iterable[Rollout]:
    """The samples of one document; a metric judges the first of them, or their vote, which is no sample."""
    asked_for, filtered = listed(row.get("resps")), listed(row.get("filtered_resps"))
    if any(_likelihood(one) for one in asked_for):
        yield {"answer": chosen_of(filtered), "gold": gold}
        return
    samples = listed(asked_for[0]) if asked_for else ()
    answers = filtered if len(filtered) == len(samples) else listed(filtered[0]) if filtered else ()
    if len(answers) != len(samples):
        answers = [*filtered[:1], *[None] * (len(samples) - 1)]
    of_the_vote = len(samples) > 1 and "maj" in str(row.get("filter"))
    for place, (sample, answer) in enumerate(zip(samples, answers, strict=False)):
        judged = place == 0 and not of_the_vote
        said = None if of_the_vote else words(answer, "filtered_resps")
        yield {"text": written(sample, "resps"), "answer": said, "gold": gold if judged else None}


def chosen_of(scores: Any) -> str | None:
    """The number of the choice with the highest log-probability."""
    values = [number(one[0], "filtered_resps") for one in map(listed, scores) if one]
    known = [(value, -place) for place, value in enumerate(values) if value is not None]
    return str(-max(known)[1]) if known else None


def _likelihood(request: Any) -> bool:
    """Whether a request was for a log-probability: its reply is a pair of it and whether it was the greedy one."""
    pairs = listed(request)
    return bool(pairs) and isinstance(pairs[0], list) and len(pairs[0]) == 2
