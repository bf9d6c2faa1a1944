"""Gold: attempts by the world, with its own verdict on each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from headway.attempts import WORLD, Attempts, Tasks


def gold(
    tasks: Tasks,
    tried: Callable[[Mapping[str, Any]], Iterable[tuple[str, float]]],
    read: Callable[[str], str | None],
) -> Attempts:
    """The texts that `tried` gives for each task, with the world's verdict on each, read as the domain reads them."""
    rows = [
        {
            **task,
            "id": f"world-{task['task']}-{text}",
            "author": WORLD,
            "text": text,
            "answer": read(text),
            "verdicts": {WORLD: verdict},
        }
        for task in tasks.frame.iter_rows(named=True)
        for text, verdict in tried(task)
    ]
    return Attempts.of(rows)
