"""Runs the catalogue in the arena and prints a line of JSON an attack: `python inside.py TIER each|together`."""

import json
import sys
import time

from attacks import ATTACKS, FOR_THE_SECRET, HONEST, STARTS_PROCESSES, TESTS, Attack
from canaries import Canaries, planted

from headway.sandbox.candidate import Candidate, Case
from headway.sandbox.limits import Limits
from headway.sandbox.sandbox import Sandbox

LIMITS = Limits(cpu=0.2, asleep=0.3, wall=30.0, memory=256)
CASES = tuple(Case((xs,), right) for xs, right in TESTS)


def candidate(attack: Attack, canaries: Canaries) -> Candidate:
    """The attack as a program to be judged."""
    if attack.name in FOR_THE_SECRET:
        return Candidate(attack.code, "solve", (Case(([1],), canaries.secret),))
    return Candidate(attack.code, "solve", CASES)


def harmless(attack: Attack) -> bool:
    """Whether an attack leaves the grader alive where nothing holds it: the others would end the arena itself."""
    return attack.family != "escape" and attack.name not in STARTS_PROCESSES


def main(tier: str, how: str) -> None:
    """Judge every attack, and an honest program after each; `how` is one by one, or all at once."""
    attacks = [attack for attack in ATTACKS if tier != "limited" or harmless(attack)]
    with planted() as canaries:
        with Sandbox(LIMITS, least=tier, most=tier, processes=2 if how == "together" else 1) as sandbox:  # type: ignore[arg-type]
            candidates = [candidate(attack, canaries) for attack in attacks]
            honest = Candidate(HONEST, "solve", CASES)
            if how == "together":
                pairs = [one for pair in zip(candidates, [honest] * len(attacks), strict=True) for one in pair]
                verdicts = sandbox.judge(pairs)
                for attack, said, after in zip(attacks, verdicts[::2], verdicts[1::2], strict=True):
                    told(attack.name, said, after)
            for attack, one in zip(attacks, candidates, strict=True) if how == "each" else ():
                begun = time.monotonic()
                said, after = sandbox.one(one), sandbox.one(honest)
                told(attack.name, said, after, disturbed=canaries.disturbed(), seconds=time.monotonic() - begun)
        print(json.dumps({"disturbed": canaries.disturbed(), "left_behind": canaries.left_behind()}))


def told(name: str, said, after, **more) -> None:
    """A line for one attack."""
    print(json.dumps({"attack": name, **vars(said), "honest": after.outcome, **more}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
