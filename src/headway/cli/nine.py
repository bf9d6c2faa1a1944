"""The nine systems, one of them in two parts: what each claims, its study, and which of the study's claims decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from headway.cli.asking import STUDIES, Study
from headway.report import Claim


@dataclass(frozen=True)
class System:
    """One system. `decides` are pieces of the sentences of its study's claims; all of these must hold.

    `quick` are the fields of the short form of the study, in `domain` and with `seeds` where they are named.
    """

    name: str
    sentence: str
    study: str
    decides: tuple[str, ...]
    quick: Mapping[str, str] = field(default_factory=dict)
    domain: str | None = None
    seeds: int | None = None
    corpus: str | None = None
    """What `headway models fetch` has to bring first."""

    def asked(self, *, full: bool) -> Study:
        """The study, whole or in its short form."""
        ask = STUDIES[self.study]
        return ask({}, None, None) if full else ask(self.quick, self.domain, self.seeds)

    def decided(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Those of a study's claims that decide; a study that is too short for any of them cannot tell."""
        found = tuple(claim for claim in claims if any(piece in claim.sentence for piece in self.decides))
        return found or (Claim("what would decide", "this form of the study is too short to say it", None),)


@dataclass(frozen=True)
class Outcome:
    """What a system's study found: the claims that decide, how long it took [s], its page, and that page's sentence."""

    system: System
    claims: tuple[Claim, ...]
    seconds: float
    page: Path
    verdict: str

    @property
    def holds(self) -> bool | None:
        """True where every deciding claim holds, False where one fails, None where it cannot be told."""
        found = [claim.holds for claim in self.claims]
        return False if False in found else None if None in found else True


NINE = (
    System(
        "S1",
        "A loop that keeps what it likes best itself loses what it could do; guarded, it gains and loses nothing.",
        "collapse",
        (
            "self: coverage falls",
            "self: the model thinks better",
            "guarded: accuracy rises",
            "guarded: coverage is held",
        ),
        {"ablations": "no"},
        "puzzles",
        seeds=1,
    ),
    System(
        "S2",
        "A signal from outside the loop stops that: a past version, another judge, the world's data, a tool.",
        "anchors",
        ("more coverage at the end than self",),
        {"doses": "no", "rounds": "4", "tasks": "300", "examined": "100"},
        seeds=3,
    ),
    System(
        "S3",
        "What a model's own judgement adds to its samples foretells what a loop gains.",
        "gap",
        ("the gap foretells", "the foretold interval"),
        {"widths": "16,48"},
        seeds=1,
    ),
    System(
        "S4a",
        "The loop's own report lets harmful rounds stand; a gate outside, under people's standards, lets none.",
        "governor",
        ("harmful round stands", "refused no later than"),
        {"size": "quick"},
    ),
    System(
        "S4b",
        "What a judge prefers can be measured, and means more than its choices about nonsense do.",
        "values",
        ("more decided than about nonsense", "better than among nonsense"),
        {"size": "quick"},
    ),
    System(
        "S5",
        "Tuning on preferences costs form in code and not meaning, and adds form in prose.",
        "tuning",
        ("diversity falls (", "diversity rises (", "pairs that mean different things"),
        {"size": "quick"},
        corpus="plays",
    ),
    System(
        "S6",
        "Paid for honest confidence as well, a model becomes calibrated and stays as accurate.",
        "calibration",
        ("brier: accuracy is within", "brier: lower Brier", "brier: lower ECE", "brier: tells right"),
        {"size": "quick"},
    ),
    System(
        "S7",
        "A proposer and a solver raise each other on majority votes alone.",
        "selfplay",
        ("sqlm: the reported checkpoint is better", "sqlm: ends below"),
        {"size": "quick"},
    ),
    System(
        "S8",
        "A model teaches itself longer problems from its own answers, filtered by what it can see itself.",
        "lengths",
        ("ends above the control",),
        {"arms": "length,control", "rounds": "3", "last": "42"},
        "worksheet",
        seeds=1,
    ),
    System(
        "S9",
        "A model's own errors in its context breed more of them, which is not a matter of length.",
        "horizon",
        ("errors",),
        {"size": "quick"},
    ),
)
