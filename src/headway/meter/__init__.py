"""Should a loop be started? Attempts at tasks, opinions of them and what is true: from a model, or from saved rows."""

from headway.meter.findings import Finding, findings
from headway.meter.rows import Rows, read_rows, rows_of

__all__ = ["Finding", "Rows", "findings", "read_rows", "rows_of"]
