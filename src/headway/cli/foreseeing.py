"""Carrying out a forecast: a line a domain, or one JSON object."""

from dataclasses import asdict
from pathlib import Path

from headway.audit.ahead import Ahead, looked_ahead
from headway.audit.readers import mapped
from headway.cli.output import said
from headway.measure.forecast import Forecast


def foreseen(path: Path, *, mapping: str | None, split: str | None, as_json: bool) -> None:
    """Say for each domain whether one step of tuning on these rollouts narrows what is written."""
    found = looked_ahead(path, mapped(mapping), split)
    each = [{**asdict(one), "verdict": one.verdict} for one in found.forecasts]
    data = {"path": str(found.root), "split": found.split, "steps": found.steps, "rollouts": found.rollouts}
    said({**data, "forecasts": each}, told(found), as_json=as_json)


def told(found: Ahead) -> str:
    """The forecasts as text."""
    head = f"{found.root} ({found.reader}), {found.split}, {found.steps}: {found.rollouts:,} rollouts"
    foot = (
        "Change: entropy of what is written at a task per unit of tilt exp(b * reward), to first order, in nats; "
        "below 0 narrows. Interval: 95 % over tasks."
    )
    return "\n".join([head, *map(line, found.forecasts), foot])


def line(one: Forecast) -> str:
    """One domain's forecast as a sentence."""
    change = one.change
    correlation = (
        "" if one.correlation is None else f", correlation of log-probability and reward {one.correlation:+.2f}"
    )
    starved = f", {one.starved:.0%} of tasks paid alike" if one.starved else ""
    return (
        f"{one.domain or 'all'}: {one.verdict}. Change {change.value:+.3f} [{change.low:+.3f}, {change.high:+.3f}] "
        f"over {change.n:,} tasks and {one.attempts:,} attempts{correlation}{starved}; "
        f"entropy now {one.entropy.value:.2f} nats"
    )
