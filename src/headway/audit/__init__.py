"""Somebody else's rollouts: read, measured step by step, and judged."""

from headway.audit.auditing import Audit, audit
from headway.audit.problems import NothingToAudit

__all__ = ["Audit", "NothingToAudit", "audit"]
