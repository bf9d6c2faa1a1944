"""Which signs a timeline shows: every measure's changes, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.audit.findings.onset import onset
from headway.audit.findings.rules import (
    ALPHA_EACH,
    ALPHA_WITHOUT_GOLD,
    CONFIRMING,
    HARMS,
    HARMS_WITHOUT_GOLD,
    Sign,
)
from headway.audit.findings.stretches import Shift, shift
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Evidence
from headway.audit.measures import attempts_of, family

COMMON = 0.9
"""The k of `pass@k` is the largest that this share of the steps has, so that steps are compared at one k."""


@dataclass(frozen=True)
class Signs:
    """The tracks of a timeline, and the shifts that they show."""

    tracks: Mapping[str, Track]
    known: dict[tuple[Sign, float], Shift | None] = field(default_factory=dict)

    def name(self, measure: str) -> str | None:
        """The measure's full name here (`pass@k` -> `pass@8`); None where the timeline lacks it."""
        if measure in self.tracks:
            return measure
        most = max((len(track) for track in self.tracks.values()), default=0)
        sizes = [
            attempts_of(name)
            for name, track in self.tracks.items()
            if name != measure and family(name) == measure and len(track) >= COMMON * most
        ]
        return measure.replace("@k", f"@{max(sizes)}") if sizes else None  # type: ignore[type-var]

    def track(self, measure: str) -> Track | None:
        name = self.name(measure)
        return None if name is None else self.tracks[name]

    def beyond_doubt(self, sign: Sign) -> Shift | None:
        """The change that shows a harm at this harm's share of the error; None where it does not, or is no harm."""
        if self.track("accuracy") is not None:
            return self.shown(sign, ALPHA_EACH) if sign in HARMS else None
        return self.shown(sign, ALPHA_WITHOUT_GOLD) if sign in HARMS_WITHOUT_GOLD else None

    def shown(self, sign: Sign, alpha: float = CONFIRMING) -> Shift | None:
        """The change that this sign asks for, None where it is not shown or has not lasted."""
        key = sign, alpha
        if key not in self.known:
            track = self.track(sign.measure)
            found = None if track is None else shift(track, sign.direction, alpha)
            self.known[key] = found if found is not None and found.lasting else None
        return self.known[key]


def evidence(found: Shift) -> Evidence:
    """The shift in words and steps."""
    step = found.track.step
    margin = float(found.track.margin(found.before.value))
    return Evidence(
        measure=found.track.name,
        before=found.before,
        after=found.after,
        change=found.change,
        margin=margin,
        since_step=onset(found.track, found.now.stop - 1),
        found_step=int(step[found.found]),
        reference=(int(step[found.reference.start]), int(step[found.reference.stop - 1])),
        now=(int(step[found.now.start]), int(step[found.now.stop - 1])),
    )
