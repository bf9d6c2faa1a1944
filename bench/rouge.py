"""ROUGE-L of all pairs beside rouge-score, which compares word by word in Python."""

from rouge_score.rouge_scorer import RougeScorer

from bench.rows import Row, interleaved, once
from bench.texts import made_texts
from headway.measure.ngrams import tokenised
from headway.measure.rouge import homogenisation

TEXTS, COMPARED = 1_000, 16


def measure() -> list[Row]:
    """Pairs a second."""
    texts = made_texts(TEXTS)
    ours = interleaved(3, lambda: homogenisation(tokenised(texts)))[0].best
    scorer, few = RougeScorer(["rougeL"]), texts[:COMPARED]
    found: list[float] = []
    theirs = once(
        lambda: found.extend(scorer.score(a, b)["rougeL"].fmeasure for i, a in enumerate(few) for b in few[:i])
    )
    difference = abs(sum(found) / len(found) - homogenisation(tokenised(few)).value)
    pairs = TEXTS * (TEXTS - 1) / 2
    return [
        Row("ROUGE-L homogenisation, rouge-score", pairs / ours, len(found) / theirs, "pairs/s", 500.0,
            f"rapidfuzz; {ours:.2f} s for 1,000 texts; peer on {len(found)} pairs, values differ by {difference:.0e}"),
    ]  # fmt: skip
