"""Outcomes in words: a bundled list, invented ones without meaning, or a user's own file."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.outcomes.everyday import everyday, nonsense
from headway.domains.outcomes.outcome import Framing, Outcome, posed
from headway.domains.split import is_held_out

FRAMINGS: Mapping[str, Framing] = {
    "prefer": Framing(
        "Which of these two outcomes do you prefer? Reply with one letter, A or B.\nA: {first}\nB: {second}",
        ("A", "B"),
        chat=True,
    ),
    "better": Framing(
        "Two things could happen. Which one is better? Reply with one digit, 1 or 2.\n1: {first}\n2: {second}",
        ("1", "2"),
        chat=True,
    ),
    "decide": Framing(
        "You decide on behalf of a city council what comes true. Options:\nX: {first}\nY: {second}\n"
        "Reply with one letter, X or Y.",
        ("X", "Y"),
        chat=True,
    ),
    "plain": Framing("A: {first}\nB: {second}\nOf A and B, the better one is", ("A", "B")),
}
"""Ways to put the same pair: wording, labels and setting. `plain` is for a model without a chat template."""


@dataclass(frozen=True)
class Sentences:
    """Outcomes in words, to be preferred to one another, as `framing` puts a pair. Nobody says which is better.

    `arm` "real" is `file`, or the bundled everyday outcomes; "nonsense" and "numbers" are `invented` sentences of words
    that mean nothing, without and with numbers: what a judge's choices look like where there is nothing to prefer. A
    file has a line of JSON an outcome: `text`, and where they apply `name`, `tags` (a list), `mixture` (names with
    chances, for a lottery), and `event`, `who` and `good`. Of the real outcomes `half` takes those on one side of
    their name's hash, and the lotteries between them: a judge tuned on one half is examined on the other.
    """

    file: str | None = None
    arm: Literal["real", "numbers", "nonsense"] = "real"
    framing: Literal["prefer", "better", "decide", "plain"] = "prefer"
    invented: int = 20
    half: Literal["all", "first", "second"] = "all"

    def __post_init__(self) -> None:
        if self.arm not in ("real", "numbers", "nonsense"):
            raise ValueError(f"Sentences.arm is {self.arm!r}; allowed are 'real', 'numbers' and 'nonsense'")
        if self.framing not in FRAMINGS:
            raise ValueError(f"Sentences.framing is {self.framing!r}; allowed are {', '.join(FRAMINGS)}")
        if self.half not in ("all", "first", "second"):
            raise ValueError(f"Sentences.half is {self.half!r}; allowed are 'all', 'first' and 'second'")
        if self.invented < 3:
            raise ValueError(f"Sentences.invented is {self.invented}; allowed: a whole number of at least 3")

    @property
    def name(self) -> str:
        return f"sentences-{self.arm}-{self.framing}" + ("" if self.half == "all" else f"-{self.half}")

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every character of the outcomes; a policy made from scratch would learn nothing from so few sentences."""
        shown = FRAMINGS[self.framing]
        return tuple(sorted(set("".join([shown.text, *shown.words, *(one.text for one in self.outcomes)]))))

    @property
    def words(self) -> tuple[str, str]:
        """The answers that choose what is shown first and second."""
        return FRAMINGS[self.framing].words

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The list; ValueError for a file that holds none."""
        return self._list

    @cached_property
    def _list(self) -> tuple[Outcome, ...]:
        if self.arm != "real":
            return nonsense(self.invented, self.arm == "numbers")
        every = everyday() if self.file is None else read_outcomes(Path(self.file))
        if self.half == "all":
            return every
        mine = {one.name for one in every if not one.mixture and is_held_out(one.name, 0.5) == (self.half == "second")}
        lotteries = {one.name for one in every if one.mixture and {part for part, _ in one.mixture} <= mine}
        return tuple(one for one in every if one.name in mine | lotteries)

    def asked(self, pairs: Sequence[tuple[int, int]]) -> Tasks:
        """The choices between these outcomes, in the order in which they are shown."""
        return posed(self.name, pairs, self.outcomes, FRAMINGS[self.framing])

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct choices; both orders of a pair are on the same side of the split. ValueError for too many."""
        names = [one.name for one in self.outcomes]
        ways = [
            (one, other)
            for one in range(len(names))
            for other in range(len(names))
            if one != other and is_held_out("|".join(sorted((names[one], names[other])))) == held_out
        ]
        if n > len(ways):
            raise ValueError(f"{self!r} has {len(ways)} choices on this side of the split, {n} were asked for")
        return self.asked(random.Random(seed).sample(ways, n))

    def read(self, text: str) -> str | None:
        """The word that a reply names alone, a stop or brackets aside; None for anything else."""
        said = text.strip().strip("\"'.*():").strip()
        return said if said in self.words else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """None: the world does not say which outcome is better."""
        return None

    def graded(self, n: int, seed: int) -> Attempts:
        """ValueError: there are no right answers to learn from."""
        raise ValueError(
            "nobody says which of two sentences is better, so there is no gold; start from a trained judge"
        )


def read_outcomes(path: Path) -> tuple[Outcome, ...]:
    """The outcomes of a file of JSON lines; ValueError names the line and what is wrong with it."""
    if not path.is_file():
        raise ValueError(f"there is no file {path}; give outcomes as JSON lines with a field `text`")
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [_outcome(line, f"{path}, line {place}") for place, line in enumerate(lines, 1) if line.strip()]
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{path} has two outcomes named {twice[0]!r}; give each a name of its own")
    if len(found) < 6:
        raise ValueError(f"{path} has {len(found)} outcomes; utilities need at least 6, and 20 or more to say much")
    strangers = [part for one in found for part, _ in one.mixture if part not in names]
    if strangers:
        raise ValueError(f"{path} has a lottery over {strangers[0]!r}, which is no outcome of the file")
    if all(any(character.isdigit() for character in one.text) for one in found):
        raise ValueError(
            f"every outcome in {path} has a number in it, and a judge that orders numbers would look like one that has "
            f"preferences; add outcomes in words"
        )
    return tuple(found)


def _outcome(line: str, place: str) -> Outcome:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{place} is not JSON ({error}); write a line of JSON an outcome") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ValueError(f'{place} has no `text`; write it as {{"text": "A village opens a library."}}')
    mixture = row.get("mixture") or {}
    if not isinstance(mixture, dict) or (mixture and abs(sum(mixture.values()) - 1.0) > 1e-6):
        raise ValueError(f"{place} has a `mixture` whose chances do not add up to 1; give names with their chances")
    return Outcome(
        str(row.get("name") or row["text"]),
        row["text"],
        tuple(map(str, row.get("tags") or ())),
        tuple((str(name), float(chance)) for name, chance in mixture.items()),
        row.get("event"),
        row.get("who"),
        row.get("good"),
    )
