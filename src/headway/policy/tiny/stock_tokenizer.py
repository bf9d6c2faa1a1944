"""The vocabulary of a tiny policy as a tokenizer of `transformers`, and back."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from headway.policy.tiny.vocabulary import ANSWER, PAD, SPECIAL, START, STOP, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CHAT = (
    "{% for message in messages %}{% if message.role == 'user' %}"
    + f"{START}{{{{ message.content }}}}{ANSWER}"
    + "{% else %}"
    + f"{{{{ message.content }}}}{STOP}"
    + "{% endif %}{% endfor %}"
)
"""A question is a user's message and its answer an assistant's: the row that the policy was trained on."""


def write_tokenizer(vocabulary: Vocabulary, folder: Path) -> None:
    """Write the files that `AutoTokenizer` reads into `folder`; it gives the ids that `vocabulary` gives."""
    stock_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": START,
        "eos_token": STOP,
        "pad_token": PAD,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


def stock_tokenizer(vocabulary: Vocabulary) -> "Tokenizer":
    """Greedy longest match as a tokenizer of the library: a pattern cuts the text into pieces, a table numbers them."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    pieces = (*SPECIAL, *vocabulary.pieces)
    longest_first = "|".join(re.escape(piece) for piece in sorted(pieces, key=len, reverse=True))
    # No piece stands for what is unknown: such text is an error there as it is here.
    tokenizer = Tokenizer(models.WordLevel({piece: index for index, piece in enumerate(pieces)}, unk_token=""))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(longest_first), "isolated")  # type: ignore[assignment]
    tokenizer.decoder = decoders.Fuse()  # type: ignore[assignment]
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False) for piece in SPECIAL])
    return tokenizer


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary that `write_tokenizer` wrote; ValueError where the tokenizer is of another kind."""
    path = folder / "tokenizer.json"
    model = json.loads(path.read_text(encoding="utf-8"))["model"] if path.is_file() else {}
    table: dict[str, int] = model["vocab"] if model.get("type") == "WordLevel" else {}
    pieces = tuple(sorted(table, key=lambda piece: table[piece]))
    if pieces[: len(SPECIAL)] != SPECIAL:
        raise ValueError(
            f"{folder} has no tokenizer that headway wrote, and a tiny policy reads no other; "
            f"run any other model as it is, by its folder"
        )
    return Vocabulary(pieces[len(SPECIAL) :])
