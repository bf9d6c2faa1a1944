"""verl's dumps of rollouts and validation: `{step}.jsonl` with input, output, score, step and what a reward adds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import NAMES
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, has, present
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, number, share, whole, words, written

GOLD = ("acc", *NAMES["gold"])
ANSWER = ("pred", "answer")


@dataclass(frozen=True)
class Verl(Reader):
    """Both trainers: the group is the equal input, since a `uid` names a sample and not its prompt in older files."""

    name = "verl rollout dump"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("jsonl", "parquet") and has(found, "input", "output", "score"):
            return "rows with input, output and score"
        return None

    def columns(self, found: Found) -> Columns:
        named = {
            "answer": present(found, ANSWER),
            "gold": present(found, GOLD),
            "domain": present(found, ("data_source",)),
        }
        return {
            "step": "step" if "step" in found.columns else "the file's name",
            "task": "input",
            "prompt": "input",
            "text": "output",
            "reward": "score",
            **{name: column for name, column in named.items() if column},
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        split, named = split_in(found.name) or "train", step_in(found.name)
        gold, answer = present(found, GOLD), present(found, ANSWER)

        def converted(row: Row) -> Iterable[Rollout]:
            prompt = asked(row.get("input"), "input")
            step = whole(row.get("step"), "step")
            if prompt is None:
                raise BadRow("has no input")
            yield {
                "step": step if step is not None else named if named is not None else 0,
                "split": split,
                "task": digest(prompt),
                "prompt": prompt,
                "text": written(row.get("output"), "output"),
                "answer": words(row.get(answer), answer) if answer else None,
                "reward": number(row.get("score"), "score"),
                "gold": share(row.get(gold)) if gold else None,
                "domain": words(row.get("data_source"), "data_source"),
            }

        return converted
