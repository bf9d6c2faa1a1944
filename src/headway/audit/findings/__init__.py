"""Verdicts on a timeline: what is wrong, since when, on which numbers, and what could not have been seen."""

from headway.audit.findings.judging import judge
from headway.audit.findings.verdict import VERDICTS, Evidence, Finding, Power, Verdict

__all__ = ["VERDICTS", "Evidence", "Finding", "Power", "Verdict", "judge"]
