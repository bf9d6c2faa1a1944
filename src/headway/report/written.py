"""A page on disk."""

from pathlib import Path
from typing import Protocol

from headway.atomic import write_whole


class Written(Protocol):
    """Anything that is one HTML file."""

    def html(self) -> str: ...


def write(page: Written, path: Path) -> None:
    """Write the page to `path`, whole or not at all."""
    write_whole(path, page.html().encode("utf-8"))
