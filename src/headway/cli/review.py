"""`headway review`: people answer, other annotation tools' files go out and come in, and what the answers say."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

app = App(name="review", help="People accept, reject and correct the attempts of a run that matter most.")

Json = Annotated[bool, Parameter(negative="")]
Which = Literal["attempts", "exam"]
Format = Literal["argilla", "label-studio", "parquet"]


@app.default
def review(
    folder: Path,
    /,
    *,
    reviewer: str | None = None,
    items: int = 40,
    of: Which = "attempts",
    round_: Annotated[int | None, Parameter(name="--round")] = None,
    port: int = 0,
    no_browser: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Open a page on this machine where a person goes through the attempts that matter most, by keyboard.

    Shown are the attempts on which judges disagree most, near-ties of the judge that selection used, and controls drawn
    at random. Every answer is kept at once in review.jsonl in the run folder; leave with Ctrl-C and come back.

    ```
    headway review runs/first
    headway review runs/first --reviewer anna --items 80 --of exam
    headway review show runs/first
    headway review export runs/first --to items.json --format argilla
    headway review import runs/first answered.json
    ```

    Parameters
    ----------
    folder
        The run folder.
    reviewer
        Who answers; the name of this system's user if not given.
    items
        How many attempts are asked about.
    of
        attempts of a training round (answers and corrections can be trained on), or the exam (answers can gate).
    round_
        Which round; the last one that has any if not given.
    port
        Port of the page; a free one if not given.
    no_browser
        Print the page's address and open no browser.
    json
        Print one JSON object at the end; the address goes to standard error.
    """
    from headway.cli.reviewing import opened

    opened(folder, who=reviewer, items=items, table=of, index=round_, port=port, browser=not no_browser, as_json=json)


@app.command
def show(folder: Path, /, *, json: Json = False) -> None:
    """Show what people have said of a run: how much is right, by the controls, and who differs from whom.

    Parameters
    ----------
    folder
        The run folder.
    json
        Print one JSON object instead of text.
    """
    from headway.cli.reviewing import shown

    shown(folder, as_json=json)


@app.command
def export(
    folder: Path,
    /,
    *,
    to: Path,
    format: Annotated[Format | None, Parameter(name="--format")] = None,  # noqa: A002
    items: int = 40,
    of: Which = "attempts",
    round_: Annotated[int | None, Parameter(name="--round")] = None,
    json: Json = False,
) -> None:
    """Write the chosen attempts, with what was answered, for Argilla or Label Studio; or the whole log as Parquet.

    Parameters
    ----------
    folder
        The run folder.
    to
        The file to make; it must not exist.
    format
        argilla, label-studio or parquet; parquet where the file is called so.
    items
        How many attempts are chosen, as on the page; those answered already go out in any case.
    of
        attempts or exam.
    round_
        Which round; the last one that has any if not given.
    json
        Print one JSON object at the end.
    """
    from headway.cli.reviewing import exported

    exported(folder, to, format, items=items, table=of, index=round_, as_json=json)


@app.command(name="import")
def import_(folder: Path, source: Path, /, *, json: Json = False) -> None:
    """Take answers from a file of Argilla or Label Studio into the log; the same file twice adds nothing.

    Answers to attempts that the run does not have are counted and named, and left out.

    Parameters
    ----------
    folder
        The run folder.
    source
        The JSON file, as Argilla's `to_json` or Label Studio's JSON export writes it.
    json
        Print one JSON object at the end.
    """
    from headway.cli.reviewing import taken_in

    taken_in(folder, source, as_json=json)
