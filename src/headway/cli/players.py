"""From what a user calls a model to a policy: a run, a checkpoint, a language model, a server."""

import json
from pathlib import Path

from headway.cast import Policy
from headway.cli.exporting import checkpoint_at
from headway.stages import Start


def policy_named(name: str, *, stop: tuple[str, ...] = (), question: str | None = None, seed: int = 0) -> Policy:
    """Whoever `name` means: a run folder or checkpoint, ADDRESS#MODEL, a start written out, or a language model.

    `stop` and `question` are for language models; see `start.LanguageModel`.
    """
    if "(" in name:
        return _written_out(name, seed)
    if name.startswith(("http://", "https://")):
        from headway.policy.endpoint import Endpoint

        url, _, served = name.partition("#")
        if not served:
            raise ValueError(f"{name} does not say which model is asked there; write it as {name}#MODEL")
        return Endpoint(url, served)
    if _is_ours(Path(name)):
        from headway.policy import load
        from headway.policy.threads import one_thread_unless_told

        one_thread_unless_told()
        return load(checkpoint_at(Path(name), "solver"))
    if name.count("/") > 1 and not Path(name).expanduser().exists():  # a name that the hub knows has one at most
        raise ValueError(f"there is no model at {name}; name a run folder, a checkpoint or a language model")
    from headway.start import LanguageModel

    asked = LanguageModel(name, stop=stop) if question is None else LanguageModel(name, stop=stop, question=question)
    return asked(seed)["solver"]


def _written_out(name: str, seed: int) -> Policy:
    """A start or an endpoint in the notation of experiments."""
    from headway.experiment import read
    from headway.experiment.vocabulary import PARTS
    from headway.policy.endpoint import Endpoint

    found = read(name)
    if isinstance(found, Endpoint):
        return found
    if not isinstance(found, PARTS[Start]):
        raise ValueError(
            f"{name} is no model; write out an Endpoint, a LanguageModel or another start, or name a folder"
        )
    return found(seed)["solver"]


def _is_ours(folder: Path) -> bool:
    """Whether this is a run folder or a checkpoint of ours, and not a folder of transformers."""
    if (folder / "run.json").is_file() or (folder / "solver" / "config.json").is_file():
        return True
    config = folder / "config.json"
    return config.is_file() and "policy" in json.loads(config.read_text(encoding="utf-8"))
