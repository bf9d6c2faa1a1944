"""tinker-cookbook's rollout summaries: rewards, lengths and groups of every rollout, but no text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import NAMES
from headway.audit.readers.place import split_in
from headway.audit.readers.reader import Columns, Reader, first_value, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import listed, mapping, number, share, whole, words


@dataclass(frozen=True)
class Tinker(Reader):
    """A group index counts anew in every iteration, so a task is known within its iteration only."""

    name = "tinker rollout summaries"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "jsonl" and has(found, "iteration", "group_idx", "traj_idx", "total_reward"):
            return "rows with iteration, group_idx, traj_idx and total_reward"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "iteration",
            "task": "iteration and group_idx",
            "reward": "total_reward",
            "gold": f"trajectory_metrics: the first of {', '.join(NAMES['gold'][:4])}",
            "tokens": "steps' ac_len",
            "domain": "tags",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        def converted(row: Row) -> Iterable[Rollout]:
            step, group = whole(row.get("iteration"), "iteration"), whole(row.get("group_idx"), "group_idx")
            if step is None or group is None:
                raise BadRow("has no iteration or no group_idx")
            steps = [mapping(one) for one in listed(row.get("steps"))]
            lengths = [whole(one.get("ac_len"), "ac_len") or 0 for one in steps]
            tags = listed(row.get("tags"))
            split = words(row.get("split"), "split") or ""
            yield {
                "step": step,
                "split": split_in(split) or "train",
                "task": f"{step}:{group}",
                "reward": number(row.get("total_reward"), "total_reward"),
                "gold": share(first_value(mapping(row.get("trajectory_metrics")), NAMES["gold"])),
                "tokens": sum(lengths) if steps else None,
                "domain": words(tags[0], "tags") if tags else None,
            }

        return converted
