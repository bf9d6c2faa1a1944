"""A corpus of lines: plays or verse as text, read into lines of common words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from headway.cache import cache_folder

TOKEN = re.compile(r"'?[a-z]+(?:'[a-z]+)*|[,.;:?!]")
STAGE_DIRECTION = re.compile(r"_[^_]*_")
SHORTEST, LONGEST = 4, 10
"""Words of a line."""
COMMON = 2000
"""The words that count as common, by how often the corpus has them."""
OPENING = 2
"""Words that a line begins with."""
FEWEST = 2
"""Lines that begin with an opening that is asked for."""
ENDS = ("^", "$")


@dataclass(frozen=True)
class Corpus:
    """Lines of `SHORTEST` to `LONGEST` words, each a tuple of lower-case words and marks; every word is common."""

    lines: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    """The common words, the commonest first."""

    @cached_property
    def known(self) -> frozenset[str]:
        """The common words as a set."""
        return frozenset(self.words)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words or marks that follow each other in some line, its start and its end among them."""
        return frozenset(pair for line in self.lines for pair in neighbours(line))

    @cached_property
    def openings(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """For each two words that begin several lines, how these lines go on."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for line in self.lines:
            first = line[:OPENING]
            if not any(map(is_mark, first)):
                found.setdefault(" ".join(first), []).append(line[OPENING:])
        return {opening: tuple(lines) for opening, lines in sorted(found.items()) if len(lines) >= FEWEST}


def taken_apart(text: str) -> tuple[str, ...]:
    """The words and marks of a line, in lower case; anything else is left out."""
    return tuple(TOKEN.findall(text.lower().replace("’", "'").replace("--", ",")))


def together(tokens: Sequence[str]) -> str:
    """A line as a policy writes it: a space before every word, none before a mark."""
    return "".join(token if is_mark(token) else f" {token}" for token in tokens)


def is_mark(token: str) -> bool:
    """Whether it is punctuation."""
    return token in ",.;:?!"


def words_of(tokens: Sequence[str]) -> list[str]:
    """Without the marks."""
    return [token for token in tokens if not is_mark(token)]


def neighbours(tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every two that follow each other, with a mark of its own for the start and the end."""
    return pairwise((ENDS[0], *tokens, ENDS[1]))


@lru_cache(maxsize=4)
def corpus(place: str) -> Corpus:
    """The lines of all `.md` and `.txt` files below a folder; `place` is that folder, or the name of a fetched corpus.

    Headings, names of speakers and stage directions of plays in Markdown are left out. FileNotFoundError where there is
    no such corpus, with what to do.
    """
    counted: Counter[str] = Counter()
    lines: dict[tuple[str, ...], None] = {}
    for file in files(place):
        for raw in file.read_text(encoding="utf-8").splitlines():
            if not raw.startswith(("#", "**")):
                line = taken_apart(STAGE_DIRECTION.sub("", raw))
                counted.update(words_of(line))
                lines[line] = None
    common = [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:COMMON]]
    known = {*common, *",.;:?!"}
    kept = (line for line in lines if SHORTEST <= len(words_of(line)) <= LONGEST and known.issuperset(line))
    return Corpus(tuple(kept), tuple(common))


def files(place: str) -> list[Path]:
    """The files of a corpus, in the order of their names."""
    folder = Path(place).expanduser()
    if not folder.is_dir():
        fetched = sorted((cache_folder() / "models").glob(f"{place}-*"))
        if not fetched:
            raise FileNotFoundError(
                f"the corpus {place!r} is no folder and is not on this machine; type `headway models fetch {place}` "
                f"first, or name a folder of .txt or .md files"
            )
        folder = fetched[-1]
    found = sorted(file for file in folder.rglob("*") if file.suffix in (".md", ".txt"))
    if not found:
        raise FileNotFoundError(f"{folder} holds no .txt and no .md file to read lines from")
    return found
