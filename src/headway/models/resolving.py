"""From what a user wrote to a folder that holds a model."""

from pathlib import Path

from headway.models.cache import ModelError, kept, made_whole, sha256_of
from headway.models.conversion import convert
from headway.models.fetching import folder_of
from headway.models.manifest import MODELS


def resolve(model: str | Path) -> Path:
    """The folder of a model: one that `headway models list` names, a folder, or a `.gguf` file.

    A GGUF file is converted when it is first asked for and kept by its checksum. A known model is not fetched
    here: nothing is downloaded that nobody asked for. Raises ModelError where there is no such model.
    """
    name = str(model)
    known = [one for one, entry in MODELS.items() if entry.model]
    if name in known:
        folder = folder_of(MODELS[name])
        if not folder.is_dir():
            raise ModelError(f"the model {name} is not on this machine; type `headway models fetch {name}` first")
        return folder
    path = Path(model).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        folder = kept(path.stem, sha256_of(path))
        if not folder.is_dir():
            with made_whole(folder) as whole:
                convert(path, whole)
        return folder
    if not (path / "config.json").is_file():
        raise ModelError(
            f"{name!r} is no model: name {' or '.join(known)}, a folder with config.json and the weights, "
            f"or a .gguf file"
        )
    return path
