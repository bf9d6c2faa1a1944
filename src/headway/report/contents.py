"""What a page is about: domains, the arms compared in each, their runs, and what is claimed of them."""

from dataclasses import dataclass

from headway.report.standing import Run


@dataclass(frozen=True)
class Arm:
    """One way to run the loop: `about` says in words what is special to it, `runs` has the rounds of each seed."""

    name: str
    about: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Section:
    """Arms on the same domain and exam. `truth` and `opinion` name the verdicts that say what is right and
    what the model thinks of it, for the texts; an opinion that was not recorded is left out. `more` is finished HTML
    that stands below the figures.
    """

    title: str
    about: str
    arms: tuple[Arm, ...]
    truth: str = "tool"
    opinion: str | None = "self"
    more: str = ""


@dataclass(frozen=True)
class Claim:
    """A sentence, the numbers behind it, and whether they bear it out; None where they cannot tell."""

    sentence: str
    evidence: str
    holds: bool | None
