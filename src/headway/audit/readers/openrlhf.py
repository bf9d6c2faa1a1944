"""OpenRLHF writes one sample a step into a table of Weights & Biases: columns global_step, text, reward.

Each table holds all rows before it. Prompt and reply are one text, and one sample a step is no group: what can be said
of such a log is little, and the report says which columns would help.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.reader import Columns, Reader
from headway.audit.rows import Rollout, Row
from headway.audit.values import digest, listed, number, whole, words

COLUMNS = ["global_step", "text", "reward"]


@dataclass(frozen=True)
class OpenRlhf(Reader):
    """`media/table/train/generated_samples_*.table.json`."""

    name = "OpenRLHF samples"
    repeats = "steps"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "json" and found.head[0].get("columns") == COLUMNS:
            return "a table with the columns global_step, text and reward"
        return None

    def columns(self, found: Found) -> Columns:
        return {"step": "global_step", "task": "text", "text": "text (prompt and reply in one)", "reward": "reward"}

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        def converted(table: Row) -> Iterable[Rollout]:
            for place, row in enumerate(listed(table.get("data"))):
                if not isinstance(row, list) or len(row) != len(COLUMNS):
                    raise BadRow(f"row {place + 1} of the table has not the columns {', '.join(COLUMNS)}")
                step, text = whole(row[0], "global_step"), words(row[1], "text")
                if step is None:
                    raise BadRow(f"row {place + 1} of the table has no global_step")
                yield {"step": step, "task": digest(text), "text": text, "reward": number(row[2], "reward")}

        return converted
