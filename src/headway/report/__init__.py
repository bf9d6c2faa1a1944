"""The report page: one self-contained HTML file that shows whether a loop compounds or collapses."""

from headway.report.contents import Arm, Claim, Section
from headway.report.page import Page, run_page
from headway.report.verdict import Verdict, verdict_on
from headway.report.written import write

__all__ = ["Arm", "Claim", "Page", "Section", "Verdict", "run_page", "verdict_on", "write"]
