"""How the page writes numbers, and how it shows text that it must not trust."""

import html
import re
import unicodedata

from headway.attempts import Prompt
from headway.stats import Estimate

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Characters that can make later text read backwards."""
LONGEST_SHOWN = 400
"""Characters of an attempt or a prompt that the page shows; the rest is counted."""

METRIC_NAMES = {
    "accuracy": "accuracy",
    "self_score": "self-score",
    "distinct_right": "distinct right",
    "overclaim": "overclaim",
}


def named(metric: str) -> str:
    """What the page calls a metric; those without a name of their own keep theirs."""
    return METRIC_NAMES.get(metric, metric)


def number(value: float) -> str:
    """Two decimals, without the zero before the point: `.18`, `1.00`, `−.05`."""
    text = f"{abs(value):.2f}"
    sign = "−" if value < 0 and float(text) else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def signed(value: float) -> str:
    """The same with a plus sign for a gain: `+.12`."""
    text = number(value)
    return text if text.startswith("−") or not float(text) else f"+{text}"


def interval(estimate: Estimate) -> str:
    """The 95 % interval: `[.15, .21]`."""
    return f"[{number(estimate.low)}, {number(estimate.high)}]"


def with_interval(estimate: Estimate) -> str:
    """A value and its interval: `.18 [.15, .21]`."""
    return f"{number(estimate.value)} {interval(estimate)}"


def gain(difference: Estimate) -> str:
    """A difference and its interval: `−.11 [−.16, −.05]`."""
    return f"{signed(difference.value)} [{signed(difference.low)}, {signed(difference.high)}]"


def counted(n: int, thing: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{n:,} {thing}" + ("" if n == 1 else "s")


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def visible(text: str) -> str:
    """The text with characters that hide or reorder text, or command a terminal, written out."""
    return "".join(character if _harmless(character) else _written_out(character) for character in text)


def escaped(text: str) -> str:
    """Text as HTML: markup is inert, and characters that hide or reorder text are written out."""
    return html.escape(visible(text))


def excerpt(text: str) -> str:
    """At most `LONGEST_SHOWN` characters of an attempt, as HTML, with the number of those left out."""
    if not text:
        return '<span class="quiet">(nothing written)</span>'
    rest = len(text) - LONGEST_SHOWN
    if rest <= 0:
        return escaped(text)
    return f'{escaped(text[:LONGEST_SHOWN])}<span class="quiet"> … and {counted(rest, "more character")}</span>'


def prompt_text(prompt: Prompt) -> str:
    """A prompt as one text; messages are written as `role: content`, a line each."""
    if isinstance(prompt, str):
        return prompt
    return "\n".join(f"{message['role']}: {message['content']}" for message in prompt)


def unbroken(text: str) -> str:
    """The text with arrows and intervals that a line break cannot take apart."""
    return re.sub(r"\[([^\[\]]{1,16}), ", "[\\1,\u00a0", text.replace(" → ", "\u00a0→\u00a0"))


def _harmless(character: str) -> bool:
    return character in "\n\t" or (
        unicodedata.category(character) not in ("Cc", "Cs") and character not in BIDI_CONTROLS
    )


def _written_out(character: str) -> str:
    return f"\\u{ord(character):04x}"
