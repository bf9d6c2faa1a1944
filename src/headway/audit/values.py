"""Fields of a foreign row as plain values. Whatever a field holds, the outcome is a value, None, or `BadRow`."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from headway.audit.problems import BadRow

WROTE = ("assistant", "model", "ai", "gpt")
"""Roles whose messages the policy wrote."""
LARGEST = 2**63 - 1
GRADES = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0, "true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}
"""Words that grade an answer (inspect's CORRECT, INCORRECT, PARTIAL, NOANSWER), as shares."""
SHOWN = 40


def words(value: Any, field: str) -> str | None:
    """Text, of a string, of content parts or of a number; None stays None."""
    if value is None or isinstance(value, str):
        return value if value is None else encodable(value)
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, Sequence):
        return "".join(_part(part, field) for part in value)
    raise BadRow(f"{field!r} holds {shown(value)}, expected text")


def encodable(text: str) -> str:
    """The text with lone surrogates, which JSON can carry and UTF-8 cannot, replaced."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def asked(value: Any, field: str = "prompt") -> str | None:
    """A prompt as one text: messages are written as `role: content`, a line each."""
    if not messages(value):
        return words(value, field)
    return "\n".join(f"{words(one.get('role'), 'role') or '?'}: {content(one, field)}" for one in value)


def written(value: Any, field: str = "completion") -> str | None:
    """What the policy wrote: of messages those with the assistant's role, tool calls included."""
    if not messages(value):
        return words(value, field)
    return "\n".join(content(one, field) for one in value if one.get("role") in WROTE)


def messages(value: Any) -> TypeGuard[list[Mapping[str, Any]]]:
    """Whether this is a list of chat messages."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and "role" in one for one in value)


def content(message: Mapping[str, Any], field: str) -> str:
    """A message's text: reasoning, then content, then the calls it makes."""
    parts = [words(message.get(name), field) for name in ("reasoning_content", "content")]
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        parts += [_call(call) for call in calls]
    elif isinstance(calls, str):
        parts.append(encodable(calls))
    return "\n".join(part for part in parts if part)


def number(value: Any, field: str) -> float | None:
    """A float; None stays None. NaN and infinity are returned as they are: who makes the frame counts them."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float | str):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass  # falls through to the sentence below
    raise BadRow(f"{field!r} holds {shown(value)}, expected a number")


def whole(value: Any, field: str) -> int | None:
    """A whole number that fits 64 bits; None where there is none, or it is not finite."""
    found = number(value, field)
    if found is None or not math.isfinite(found):
        return None
    if not -LARGEST < found < LARGEST:
        raise BadRow(f"{field!r} holds {shown(value)}, which is more than any counter counts")
    return int(found)


def share(value: Any) -> float | None:
    """How right something is, in [0, 1]: a number, a truth value, a grade; None where it is none of these."""
    if isinstance(value, str):
        value = GRADES.get(value, GRADES.get(value.lower(), value))
    try:
        found = number(value, "")
    except BadRow:
        return None
    return found if found is not None and 0.0 <= found <= 1.0 else None


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, also one that is written as text; empty where it is none."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> Sequence[Any]:
    """A list; empty where it is none."""
    return value if isinstance(value, list | tuple) else ()


def numbers(value: Any) -> list[float]:
    """The finite numbers of a list; empty where it is none."""
    return [float(one) for one in listed(value) if isinstance(one, int | float) and math.isfinite(one)]


def digest(*parts: str | None) -> str:
    """A short name for a text, equal for equal texts: the task where a log has no id for the prompt."""
    sha = hashlib.blake2b(digest_size=8)
    for part in parts:
        sha.update(b"\0" if part is None else part.encode("utf-8", "replace") + b"\1")
    return sha.hexdigest()


def shown(value: Any) -> str:
    """A value in a sentence: its kind, and its beginning."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):
        text = "…"
    text = encodable(text)
    return f"{type(value).__name__} {text if len(text) <= SHOWN else text[:SHOWN] + '…'}"


def _part(part: Any, field: str) -> str:
    """A part of a message's content; images, audio and files are named, not shown."""
    if isinstance(part, str):
        return encodable(part)
    if isinstance(part, Mapping):
        for name in ("text", "reasoning", "content"):
            if isinstance(part.get(name), str):
                return encodable(part[name])
        return f"[{words(part.get('type'), 'type') if isinstance(part.get('type'), str) else 'part'}]"
    if isinstance(part, bool | int | float):
        return f"{part} "
    raise BadRow(f"{field!r} holds a list with {shown(part)}, expected text")


def _call(call: Any) -> str:
    function = call.get("function", call) if isinstance(call, Mapping) else call
    if not isinstance(function, Mapping):
        return shown(call) if not isinstance(function, str) else encodable(function)
    arguments = function.get("arguments")
    said = arguments if isinstance(arguments, str) else json.dumps(arguments, default=str)
    return encodable(f"{function.get('name') or '?'}({said})")
