"""Text to token ids and back, by greedy longest match over a fixed list of pieces."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

PAD, START, ANSWER, STOP, JUDGE, YES, NO = (
    "<pad>",
    "<start>",
    "<answer>",
    "<stop>",
    "<judge>",
    "<yes>",
    "<no>",
)
SPECIAL = (PAD, START, ANSWER, STOP, JUDGE, YES, NO)


@dataclass(frozen=True)
class Vocabulary:
    """The pieces a tiny policy reads and writes; ids are positions in `SPECIAL + pieces`."""

    pieces: tuple[str, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set(SPECIAL)
        for piece in self.pieces:
            if not piece or piece in seen:
                raise ValueError(f"vocabulary piece {piece!r} is empty, reserved or given twice")
            seen.add(piece)

    def __len__(self) -> int:
        return len(SPECIAL) + len(self.pieces)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {piece: index for index, piece in enumerate(SPECIAL + self.pieces)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._ids, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) + "|(?s:.)")

    def __getitem__(self, piece: str) -> int:
        return self._ids[piece]

    def encode(self, text: str) -> list[int]:
        """Ids of `text`; a ValueError names the first character that no piece covers."""
        try:
            return [self._ids[piece] for piece in self._pattern.findall(text)]
        except KeyError as unknown:
            raise ValueError(
                f"the vocabulary has no piece for {unknown.args[0]!r} in {text[:80]!r}; "
                f"train the policy with a domain whose alphabet has it"
            ) from None

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, special pieces included."""
        names = SPECIAL + self.pieces
        return "".join([names[index] for index in ids])
