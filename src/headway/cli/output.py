"""What a command says at its end: text, or one JSON object."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from headway.stages import Report


def said(data: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """The outcome, as one JSON object or as text, on standard output."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False))  # noqa: T201
    else:
        Console().print(sentence, soft_wrap=True, highlight=False)


def estimates_of(report: Report | None) -> dict[str, Any]:
    """A report's estimates as plain data."""
    return {} if report is None else {name: asdict(estimate) for name, estimate in report.estimates.items()}
