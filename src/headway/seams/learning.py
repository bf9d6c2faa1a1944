"""Training as a function of committed inputs: the cast, the weighted attempts, and a seed."""

import json
from dataclasses import dataclass

from headway.attempts import Attempts
from headway.cast import Cast
from headway.engine import Ref, Store
from headway.experiment import read
from headway.seams import folders
from headway.seams.shards import unpacked
from headway.seams.weights import fetched, frozen
from headway.stages import RoundRefused, Train

WORD = "word.json"
"""What was decided: who plays each role now, or why the round is refused."""


@dataclass(frozen=True)
class Learn:
    """One round of training by a stage, given as text."""

    train: str
    roles: tuple[str, ...]
    policies: tuple[Ref, ...]
    """Who plays each of the roles."""
    rows: Ref
    seed: int

    def __call__(self, store: Store) -> bytes:
        """A folder: `word.json` says of every role which of the given policies plays it, or names a new one's files."""
        train: Train = read(self.train)
        cast = Cast({role: fetched(store, ref) for role, ref in zip(self.roles, self.policies, strict=True)})
        known = {id(cast[role]): ref for role, ref in zip(self.roles, self.policies, strict=True)}
        try:
            new = train(cast, Attempts(unpacked(store.get(self.rows))), self.seed)
        except RoundRefused as reason:
            return folders.packed({WORD: json.dumps({"refused": str(reason)}).encode()})
        plays: dict[str, str] = {}
        files: dict[str, bytes] = {}
        for role in new:
            policy = new[role]
            if id(policy) not in known:
                known[id(policy)] = f"new-{len(known)}"
                files |= {f"{known[id(policy)]}/{name}": data for name, data in frozen(policy).items()}
            plays[role] = known[id(policy)]
        return folders.packed({WORD: json.dumps({"plays": plays}).encode(), **files})
