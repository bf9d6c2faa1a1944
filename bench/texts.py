"""Texts for the benches of diversity: about 60 words each, falling off as words do, with stock phrases in them."""

import numpy as np

WORDS, PHRASES = 20_000, 300


def made_texts(n: int, seed: int = 0) -> list[str]:
    """`n` texts of 20 to 100 words; a fifth of each is phrases of 3 to 8 words that other texts use, too."""
    random = np.random.default_rng(seed)
    chance = 1.0 / (np.arange(WORDS) + 2.7)
    words = np.array([f"word{number}" for number in range(WORDS)])
    phrases = [words[random.choice(WORDS, size=random.integers(3, 9), p=chance / chance.sum())] for _ in range(PHRASES)]
    drawn = iter(words[random.choice(WORDS, size=n * 100, p=chance / chance.sum())])
    texts = []
    for length in random.integers(20, 101, size=n):
        text: list[str] = []
        while len(text) < length:
            if random.random() < 0.04:
                text.extend(phrases[int(PHRASES * random.random() ** 2)])
            else:
                text.append(next(drawn))
        texts.append(" ".join(text))
    return texts
