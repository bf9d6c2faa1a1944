"""Self-BLEU of 10,000 texts beside fast-bleu (C++), and beside nltk scaled from two hypotheses."""

from fast_bleu import SelfBLEU
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from bench.rows import Row, interleaved, once
from bench.texts import made_texts
from headway.measure.ngrams import tokenised
from headway.measure.self_bleu import self_bleu

TEXTS = 10_000
HYPOTHESES = 2


def measure() -> list[Row]:
    """Texts a second from strings to scores, and the largest difference between the scores."""
    texts = made_texts(TEXTS)
    lines = [text.split() for text in texts]
    ours = interleaved(5, lambda: self_bleu(tokenised(texts)))[0].best
    scores: list[float] = []
    theirs = once(lambda: scores.extend(SelfBLEU(lines, {4: (0.25,) * 4}).get_score()[4]))
    difference = abs(self_bleu(tokenised(texts)) - scores).max()
    method = SmoothingFunction().method1
    nltk = once(
        lambda: [
            sentence_bleu(lines[:i] + lines[i + 1 :], lines[i], smoothing_function=method) for i in range(HYPOTHESES)
        ]
    )
    return [
        Row("self-BLEU-4 of 10,000 texts, fast-bleu", TEXTS / ours, TEXTS / theirs, "texts/s", 20.0,
            f"from strings; {ours:.2f} s; scores differ by at most {difference:.0e}"),
        Row("self-BLEU-4 of 10,000 texts, nltk", TEXTS / ours, HYPOTHESES / nltk, "texts/s", 1000.0,
            f"nltk timed on {HYPOTHESES} of the 10,000 hypotheses"),
    ]  # fmt: skip
