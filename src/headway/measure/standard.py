"""The set of diversity measures that rounds are compared on, from one pass over their texts."""

import numpy as np

from headway.measure.compression import compression_ratio
from headway.measure.lexical import distinct_n, expectation_adjusted_distinct, repeated_share
from headway.measure.ngrams import Tokens
from headway.measure.rouge import homogenisation
from headway.measure.self_bleu import self_bleu
from headway.measure.syntax import skeletons
from headway.measure.vendi import vendi_of_ngrams

LONGEST = 2_000


def lexical_diversity(tokens: Tokens) -> dict[str, float | None]:
    """distinct-1 to distinct-4, ead-2, self_bleu, repeated_share, vendi-1 and vendi-2: the words themselves."""
    vendi = vendi_of_ngrams(tokens)
    shares = repeated_share(tokens)[tokens.lengths >= 4]
    return {
        **{f"distinct-{size}": distinct_n(tokens, size) for size in (1, 2, 3, 4)},
        "ead-2": expectation_adjusted_distinct(tokens, 2),
        "self_bleu": float(self_bleu(tokens).mean()) if len(tokens) > 1 else None,
        "repeated_share": float(shares.mean()) if len(shares) else None,
        "vendi-1": vendi.order1.value,
        "vendi-2": vendi.order2.value,
    }


def text_diversity(tokens: Tokens) -> dict[str, float | None]:
    """`lexical_diversity`, compression, rouge_l, and of the function-word skeletons distinct-4 and Vendi of order 2.

    Of a text only its first 2,000 tokens are read by rouge_l, whose cost is their square.
    """
    texts = tokens.texts()
    starts = tokens.take(np.arange(len(tokens)), np.full(len(tokens), LONGEST))
    skeleton = skeletons(texts)
    return {
        **lexical_diversity(tokens),
        "compression": compression_ratio(texts),
        "rouge_l": homogenisation(starts, pairs=100_000).value if len(tokens) > 1 else None,
        "skeleton-distinct-4": distinct_n(skeleton, 4),
        "skeleton-vendi-2": vendi_of_ngrams(skeleton).order2.value,
    }
