"""The words that a correction takes away and puts in."""

import re
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Part(NamedTuple):
    """A stretch of text that is kept, taken away or put in."""

    change: Literal["same", "out", "in"]
    text: str


def changes(before: str, after: str) -> list[Part]:
    """How the one text becomes the other, by words, runs of space and single signs: as many kept as can be.

    Space between two changes is changed with them, so that a phrase reads as one. The parts that are not `in` spell
    `before`, those that are not `out` spell `after`.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    steps = Indel.opcodes(old, new)
    parts: list[Part] = []
    out = put_in = ""
    for place, step in enumerate(steps):
        taken, given = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        between = 0 < place < len(steps) - 1 and taken.isspace()
        if step.tag == "equal" and not between:
            parts += _changed(out, put_in)
            parts.append(Part("same", taken))
            out = put_in = ""
        else:
            out, put_in = out + taken, put_in + given
    return parts + _changed(out, put_in)


def _changed(out: str, put_in: str) -> list[Part]:
    """What goes, and then what comes."""
    parts = [Part("out", out), Part("in", put_in)]
    return [part for part in parts if part.text]
