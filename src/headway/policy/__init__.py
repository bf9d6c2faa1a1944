"""Who answers: policies behind one protocol (`headway.cast.Policy`). Torch is loaded only when one is."""

import json
from pathlib import Path

from headway.cast import Policy


def load(folder: Path, workers: int | None = None, *, aside: bool = False) -> Policy:
    """The policy that was saved in `folder`; its `config.json` says which kind. ValueError for an unknown kind.

    `workers` is how many processes of its own it may use, 0 for none; None leaves it as it was saved. `aside` keeps a
    pretrained model off the accelerator, to be shared out among processes (`cast.Shardable`).
    """
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("policy")
    if kind == "tiny":
        from headway.policy.tiny import Tiny

        return Tiny.load(folder)
    if kind == "endpoint":
        from headway.policy.endpoint import Endpoint

        return Endpoint.load(folder)
    if kind == "hub":
        from headway.policy.hub import Hub

        return Hub.load(folder, workers, aside=aside)
    raise ValueError(
        f"{folder / 'config.json'} names the policy {kind!r}; this version reads 'tiny', 'hub' and 'endpoint'"
    )
