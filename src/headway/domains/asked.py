"""Prompts of plain text as tasks."""

from collections.abc import Callable, Iterable

import polars as pl

from headway.attempts import Tasks


def asked(domain: str, prompts: Iterable[str], known: Callable[[str], tuple[int, str]]) -> Tasks:
    """A task a prompt; `known` gives the level of a prompt, and a right answer to it."""
    rows = []
    for prompt in prompts:
        level, truth = known(prompt)
        task = f"{domain}:{prompt}"
        rows.append({"task": task, "domain": domain, "level": level, "prompt": prompt, "truth": truth})
    return Tasks(pl.DataFrame(rows))
