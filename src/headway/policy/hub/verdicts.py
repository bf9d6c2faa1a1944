"""How a language model is asked whether an answer is right."""

import re
from dataclasses import dataclass

from headway.attempts import Prompt
from headway.policy.hub.tokens import Tokens

HOLE = re.compile(r"\{(?:prompt|line|answer)\}")


@dataclass(frozen=True)
class Question:
    """A question with {prompt} and {answer} in it, and the two words that answer it.

    {line} is the prompt's last line alone: what is asked, where a prompt begins with worked examples. Worked examples
    may stand before the question as well: what all questions begin with is read once.
    """

    text: str = (
        "Question: {prompt}\nProposed answer: {answer}\n\n"
        "Is the proposed answer right? Reply with one word, Yes or No.\nReply:"
    )
    words: tuple[str, ...] = ("Yes", "No")

    def about(self, prompt: Prompt, answer: str) -> Prompt:
        """The question about one answer, in the form of its prompt."""
        asked = prompt if isinstance(prompt, str) else conversation(prompt)
        parts = {"{prompt}": asked.strip(), "{line}": asked.strip().rpartition("\n")[2], "{answer}": answer.strip()}
        text = HOLE.sub(lambda hole: parts[hole[0]], self.text)
        return text if isinstance(prompt, str) else [{"role": "user", "content": text}]


def firsts(words: tuple[str, ...], tokens: Tokens) -> tuple[list[int], list[int]]:
    """First tokens of each of two words, with a space before it and without, wherever the two begin apart.

    ValueError where they never do.
    """
    yes, no = ([tokens.following(form)[0] for form in (word, f" {word}")] for word in words)
    apart = [(one, other) for one, other in zip(yes, no, strict=True) if one not in no and other not in yes]
    if not apart:
        raise ValueError(f"the words {words} begin with the same token, so its odds say nothing; choose others")
    return sorted({one for one, _ in apart}), sorted({other for _, other in apart})


def conversation(messages: list[dict[str, str]]) -> str:
    """Messages as text: the content alone where there is one, else each after its role."""
    if len(messages) == 1:
        return messages[0]["content"]
    return "\n".join(f"{message['role']}: {message['content']}" for message in messages)
