"""A small corpus for tests: lines of a sonnet's words, put together so that many begin alike."""

from itertools import product
from pathlib import Path

BEGINS = tuple(product(("my", "thy", "the", "no", "her", "his"), ("love", "beauty", "summer", "rose", "world", "time")))
MIDDLES = ("is like a", "shall be the", "will fade as a")
ENDS = ("rose.", "day,", "thing of gold.")


def corpus_in(folder: Path) -> str:
    """A folder with a play of 324 lines, as plays are written in Markdown; its path."""
    folder.mkdir(exist_ok=True)
    lines = [" ".join((*begin, *parts)).capitalize() for begin in BEGINS for parts in product(MIDDLES, ENDS)]
    speech = "# A Play\n\n**NOBODY**  \n" + "  \n".join(lines) + "\n\n_Exit singing love_\n"
    (folder / "play.md").write_text(speech)
    return str(folder)
