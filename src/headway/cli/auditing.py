"""Carrying out an audit: the page on the terminal, one JSON object, the HTML file, and the exit code."""

from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from headway.audit import audit
from headway.audit.auditing import Audit
from headway.audit.findings import VERDICTS
from headway.audit.readers import mapped
from headway.cli.output import said
from headway.cli.verdict import page_of

FINDING = 1
NEVER = "never"


def examined(
    path: Path, *, mapping: str | None, split: str | None, html: Path | None, fail_on: str | None, as_json: bool
) -> int:
    """Audit the rollouts at `path`, show what was found, and return the exit code."""
    failing = failing_names(fail_on)
    console = Console(stderr=as_json)
    with console.status("reading and measuring the rollouts") if console.is_terminal else Quiet():
        found = audit(path, mapping=mapped(mapping), split=split)
    if html is not None:
        from headway.audit.page import AuditPage
        from headway.report import write

        write(AuditPage(found), html)
    if as_json:
        said(described(found, html), "", as_json=True)
    else:
        Console().print(page_of(found, html))
    return code(found, failing)


class Quiet:
    """Nothing to see while the work is done."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        return None


def failing_names(text: str | None) -> frozenset[str] | None:
    """The verdicts that `--fail-on` names; None where it was not given."""
    if text is None:
        return None
    names = {name.strip().replace("-", " ") for name in text.split(",") if name.strip()} - {NEVER}
    for name in names:
        if name not in VERDICTS or name == "healthy":
            known = ", ".join(verdict.replace(" ", "-") for verdict in VERDICTS if verdict != "healthy")
            raise ValueError(f"--fail-on has {name!r}; name some of {known}, or {NEVER}")
    return frozenset(names)


def code(found: Audit, failing: Collection[str] | None) -> int:
    """The verdict as a code; with `--fail-on` 1 for what it names and 0 for everything else."""
    if failing is None:
        return found.exit_code
    names = {found.verdict.name, *(finding.name for finding in found.verdict.findings)}
    return FINDING if names & set(failing) else 0


def described(found: Audit, html: Path | None) -> dict[str, Any]:
    """An audit as plain data."""
    return {
        "path": str(found.path),
        "verdict": found.verdict.name,
        "exit_code": found.exit_code,
        "since_step": found.verdict.since_step,
        "sentence": found.verdict.sentence,
        "findings": [asdict(finding) for finding in found.verdict.findings],
        "power": [{**asdict(one), "enough": one.enough} for one in found.verdict.power],
        "missing": list(found.verdict.missing),
        "notes": list(found.verdict.notes),
        "log": {
            "root": str(found.root),
            "reader": found.sources.reader,
            "why": found.sources.why,
            "columns": dict(found.sources.columns),
            "absent": list(found.absent),
            "split": found.split,
            "rollouts": found.rollouts,
            "share_measured": found.share,
            "others": list(found.others),
        },
        "problems": [asdict(problem) for problem in found.problems],
        "stretches": [asdict(stretch) for stretch in found.stretches],
        "timeline": found.timeline.to_dicts(),
        "apart": found.apart.to_dicts(),
        "in_context": asdict(found.in_context) if found.in_context else None,
        "texts": asdict(found.texts) if found.texts else None,
        "report": str(html) if html else None,
    }
