"""A small corpus for tests: lines of a sonnet's words, put together so that many begin alike."""

from itertools import product
from pathlib import Path

BEGINS = ("my love", "thy beauty", "the summer", "sweet rose", "when winter", "the world", "dear time", "no more")
MIDDLES = ("is like a", "shall be the", "will fade as a", "doth give the")
ENDS = ("rose.", "day,", "night:", "thing of gold.", "song, my love!")


def corpus_in(folder: Path) -> str:
    """A folder with a play of 160 lines, as plays are written in Markdown; its path."""
    folder.mkdir(exist_ok=True)
    lines = [" ".join(parts).capitalize() for parts in product(BEGINS, MIDDLES, ENDS)]
    speech = "# A Play\n\n**NOBODY**  \n" + "  \n".join(lines) + "\n\n_Exit singing love_\n"
    (folder / "play.md").write_text(speech)
    return str(folder)
