"""Groups in which every attempt has the same reward teach nothing: is nearly every group like that?"""

import numpy as np

from headway.audit.findings.rules import ALPHA_EACH, MIXED_LEAST, WITHIN_LEAST
from headway.audit.findings.sentences import number
from headway.audit.findings.signs import Signs
from headway.audit.findings.stretches import estimate
from headway.audit.findings.track import Track
from headway.audit.findings.verdict import Evidence, Finding
from headway.stats import Estimate


def starved(signs: Signs) -> Finding | None:
    """A finding where both the share of mixed groups and the variance within groups are shown to be small.

    The first counts groups and the second weighs them: a jitter on the reward mixes every group and adds no
    variance, one wild group adds variance and mixes nothing.
    """
    mixed, within = signs.track("mixed"), signs.track("within")
    if mixed is None or within is None:
        return None
    since, also = below(mixed, MIXED_LEAST), below(within, WITHIN_LEAST)
    if since is None or also is None:
        return None
    found = (_evidence(mixed, since, MIXED_LEAST), _evidence(within, also, WITHIN_LEAST))
    step = max(one.since_step for one in found)
    why = _why(signs)
    sentence = (
        f"Starved of signal since step {step}: only {number(found[0].after.value)} of the groups have rewards that "
        f"differ{why}, so comparing attempts at a prompt teaches next to nothing."
    )
    return Finding("starved", step, max(one.found_step for one in found), sentence, found)


def below(track: Track, level: float) -> int | None:
    """The index from which the measure is shown to lie below `level`, None where it is not, or is not any more."""
    from scipy.special import stdtrit

    under = track.value < level
    if not under[-1]:
        return None
    start = len(track) - int(np.argmin(under[::-1])) if not under.all() else 0
    weight = track.prompts[start:]
    total = np.cumsum(weight)
    mean = np.cumsum(weight * track.value[start:]) / total
    error = np.sqrt(np.cumsum((weight * track.error[start:]) ** 2)) / total
    # Shared out over the steps at which one may look, and over those at which the stretch may begin.
    place = np.arange(1, len(mean) + 1, dtype=np.float64)
    alpha = ALPHA_EACH * (6.0 / np.pi**2) ** 2 / (place**2 * (start + 1.0) ** 2)
    bound = mean - stdtrit(np.maximum(total - 1.0, 1.0), alpha) * error
    return start if (bound < level).any() else None


def _why(signs: Signs) -> str:
    right, wrong = signs.track("all_right"), signs.track("all_wrong")
    if right is None or wrong is None:
        return ""
    return f" ({number(float(right.value[-1]))} are all right, {number(float(wrong.value[-1]))} all wrong)"


def _evidence(track: Track, start: int, level: float) -> Evidence:
    first, after = estimate(track, slice(0, 1)), estimate(track, slice(start, None))
    change = after.value - first.value
    half = max(after.high - after.value, first.high - first.value)
    steps = track.step
    return Evidence(
        track.name,
        first,
        after,
        Estimate(change, change - half, change + half, after.n),
        level,
        int(steps[start]),
        int(steps[start]),
        (int(steps[0]), int(steps[0])),
        (int(steps[start]), int(steps[-1])),
    )
