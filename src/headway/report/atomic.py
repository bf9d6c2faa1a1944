"""A page on disk: whole, or not at all."""

import os
from pathlib import Path
from typing import Protocol


class Written(Protocol):
    """Anything that is one HTML file."""

    def html(self) -> str: ...


def write(page: Written, path: Path) -> None:
    """Write the page beside `path` and rename it into place, so that a reader never meets half a page."""
    content = page.html().encode("utf-8")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
