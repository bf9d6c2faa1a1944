"""What is asked of an OpenAI-compatible server, and what its replies say. Pure functions over plain JSON."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headway.attempts import Prompt


class Malformed(Exception):
    """A reply that is not what the protocol promises: it is asked for again, and is absent if that does not help."""


@dataclass(frozen=True)
class Choice:
    """One completion of a reply."""

    text: str
    finish: str
    tokens: int | None
    logprob: float | None
    """Sum over tokens [nats], where the server gives log-probabilities."""


def chat(model: str, prompt: Prompt, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a chat request; a prompt of plain text is one message by the user."""
    messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    return {"model": model, "messages": messages, **fields}


def completion(model: str, prompt: Prompt, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a plain completion request; ValueError for messages, which it has no template for."""
    if not isinstance(prompt, str):
        raise ValueError("a completions server reads plain text, not messages; use chat=True for this endpoint")
    return {"model": model, "prompt": prompt, **fields}


def choices(reply: Any) -> list[Choice]:
    """The completions of a reply of either kind; Malformed where it has none or they have no text."""
    found = _member(reply, "choices", list)
    if not found:
        raise Malformed("the reply has no choices")
    return [_choice(one) for one in found]


def _choice(one: Any) -> Choice:
    message = one.get("message") if isinstance(one, dict) else None
    text = _said(one, message) if message is not None else _member(one, "text", str)
    logprobs = token_logprobs(one)
    finish = one.get("finish_reason")
    return Choice(
        text,
        finish if isinstance(finish, str) else "stop",
        len(logprobs) if logprobs is not None else None,
        sum(logprobs) if logprobs is not None else None,
    )


def _said(one: Mapping[str, Any], message: Any) -> str:
    """What a message says. A refusal is a reply like any other: asking the same again would bring it again."""
    if isinstance(message, dict) and message.get("content") is None:
        if isinstance(message.get("refusal"), str):
            return message["refusal"]
        if one.get("finish_reason") == "content_filter":
            return ""
    return _member(message, "content", str)


def token_logprobs(one: Mapping[str, Any]) -> list[float] | None:
    """Log-probability of every token of a choice, in the chat form or the older one; None where there are none."""
    inside = one.get("logprobs")
    if not isinstance(inside, dict):
        return None
    content = inside.get("content")
    values = [item.get("logprob") for item in content] if isinstance(content, list) else inside.get("token_logprobs")
    if not isinstance(values, list) or not all(_finite(value) for value in values):
        return None
    return [float(value) for value in values]


def first_token(reply: Any) -> dict[str, float]:
    """Log-probability of the likeliest first tokens of the first choice, spellings as they are.

    Malformed where there is no text; empty where the server gives no log-probabilities.
    """
    choices(reply)
    inside = reply["choices"][0].get("logprobs")
    if not isinstance(inside, dict):
        return {}
    content = inside.get("content")
    if isinstance(content, list) and content and isinstance(content[0], dict):
        listed = content[0].get("top_logprobs") or []
        return {item["token"]: float(item["logprob"]) for item in listed if _finite(item.get("logprob"))}
    older = inside.get("top_logprobs")
    first = older[0] if isinstance(older, list) and older and isinstance(older[0], dict) else {}
    return {token: float(value) for token, value in first.items() if _finite(value)}


def share_of(word: str, other: str, tokens: Mapping[str, float]) -> float | None:
    """P(word) / (P(word) + P(other)) over spellings of the two, in [0, 1]; None where neither is among the tokens."""
    mass = {word: 0.0, other: 0.0}
    for token, logprob in tokens.items():
        plain = token.strip().strip('".*').lower()
        if plain in mass:
            mass[plain] += math.exp(min(logprob, 0.0))
    total = sum(mass.values())
    return mass[word] / total if total > 0.0 else None


def used_tokens(reply: Any) -> int:
    """Tokens that the server says it read and wrote; 0 where it does not say."""
    usage = reply.get("usage") if isinstance(reply, dict) else None
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total > 0 else 0


def _member(part: Any, name: str, kind: type) -> Any:
    value = part.get(name) if isinstance(part, dict) else None
    if not isinstance(value, kind):
        raise Malformed(f"the reply has no {name} of type {kind.__name__}")
    return value


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
