"""Somebody else's rollouts: read, measured step by step, and judged. Polars is loaded by the first audit."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from headway.audit.problems import NothingToAudit

if TYPE_CHECKING:
    from headway.audit.auditing import Audit

__all__ = ["NothingToAudit", "audit"]


def audit(path: Path | str, *, mapping: Mapping[str, str] | None = None, split: str | None = None) -> "Audit":
    """The audit of the rollouts at `path`, a file or a folder of any stack that a reader knows.

    `mapping` names the log's fields for our columns where no reader knows them (`{"text": "response"}`); `split` is
    `train` or `eval`. Rows that cannot be read are counted in the audit's `problems`. NothingToAudit (a ValueError)
    where there are no rollouts.
    """
    from headway.audit.auditing import audited

    return audited(Path(path), mapping or {}, split)
