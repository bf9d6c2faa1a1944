"""`headway govern`: a run under other standards, and who signs them."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="govern", help="Rule on a run again under other standards; sign standards.")

Json = Annotated[bool, Parameter(negative="")]


@app.default
def govern(folder: Path, /, *, standards: Path | None = None, goal: str | None = None, json: Json = False) -> None:
    """Say what a governor with other standards would have ruled on the rounds of a run, and what would turn it.

    Nothing is trained or sampled: the exams that the run folder holds are read again. From the first round on which the
    rulings differ, later rounds come from a model that these standards would not have gone on from.

    ```
    headway govern runs/first --standards standards.toml
    headway govern sign standards.toml --by "Ada, for the course"
    headway run guarded --gate 'Governor(standards="standards.toml")'
    ```

    Parameters
    ----------
    folder
        The run folder.
    standards
        A signed file of standards; the run's own governor if not given.
    goal
        The measure that is preferred where standards say nothing; accuracy if not given.
    json
        Print one JSON object instead of a table.
    """
    from headway.cli.governing import governed

    governed(folder, standards, goal, as_json=json)


@app.command
def sign(file: Path, /, *, by: str, json: Json = False) -> None:
    """Write at the end of a file of standards who signs what it says, the day, and its hash.

    The hash shows that a file was changed after it was signed. It proves nobody's identity.

    Parameters
    ----------
    file
        The file of standards.
    by
        Who signs.
    json
        Print one JSON object.
    """
    from headway.cli.governing import signed

    signed(file, by, as_json=json)
